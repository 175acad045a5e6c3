// Loaded before every test file: tests must not see the keys, settings and git identity of whoever runs them.
for (const name of Object.keys(process.env)) {
  if (/_API_KEY(_FILE)?$|^HEDDLE_(?!CHECKS)|^GIT_|^COLUMNS$|^NODE_(OPTIONS|ENV|V8_COVERAGE)$/.test(name))
    delete process.env[name];
}
process.env.GIT_CONFIG_NOSYSTEM = '1';
process.env.GIT_CONFIG_GLOBAL = '/dev/null';

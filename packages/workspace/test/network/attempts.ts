/** A way round the list of allowed hosts, made inside the sandbox: it must reach nothing. `port`: a server outside. */
export interface NetworkAttempt {
  readonly name: string;
  readonly command: (port: number) => string;
}

const ask = (text: string) =>
  `node -e 'const s = require("net").connect(43128, "127.0.0.1", () => s.write(${JSON.stringify(text)}));
   s.on("data", (d) => console.log(String(d))); s.on("end", () => process.exit()); s.on("error", () => process.exit()); setTimeout(() => process.exit(), 3000)'`;
const get = (url: string, more = '') =>
  `NO_PROXY= no_proxy= node -e 'fetch(${JSON.stringify(url)}${more}).then(async (r) => console.log(r.status, await r.text()), (e) => console.log(String(e.cause ?? e)))'`;

export const NETWORK_ATTEMPTS: readonly NetworkAttempt[] = [
  {
    name: 'connect to the machine’s loopback without the proxy',
    command: (port) =>
      `env -u HTTP_PROXY -u http_proxy NODE_USE_ENV_PROXY= node -e 'fetch("http://127.0.0.1:${port}/").then(async (r) => console.log(await r.text()), (e) => console.log("no"))'`,
  },
  { name: 'the listed machine by its address', command: (port) => get(`http://127.0.0.1:${port}/`) },
  {
    name: 'the listed machine by another name',
    command: (port) => get(`http://localhost.localdomain:${port}/`),
  },
  {
    name: 'a listed name before an @',
    command: (port) => get(`http://127.0.0.1:${port}/`.replace('//', '//x:localhost@')),
  },
  { name: 'a tunnel by address', command: (port) => ask(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`) },
  {
    name: 'a tunnel by address in other notation',
    command: (port) => ask(`CONNECT 2130706433:${port} HTTP/1.1\r\n\r\nGET / HTTP/1.0\r\n\r\n`),
  },
  {
    name: 'a tunnel to the IPv6 loopback',
    command: (port) => ask(`CONNECT [::ffff:127.0.0.1]:${port} HTTP/1.1\r\n\r\n`),
  },
  { name: 'another port of the listed host', command: () => ask('CONNECT localhost:22 HTTP/1.1\r\n\r\n') },
  {
    name: 'another host behind a listed Host header',
    command: (port) =>
      ask(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`),
  },
  {
    name: 'no host at all',
    command: (port) => ask(`GET / HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`),
  },
  {
    name: 'the addresses of a cloud’s credentials',
    command: () =>
      ask(
        'GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      ),
  },
  {
    name: 'two requests in one, the second to another host',
    command: (port) =>
      ask(
        `GET http://example.invalid/ HTTP/1.1\r\nHost: x\r\n\r\nGET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      ),
  },
  {
    name: 'the proxy’s socket itself',
    command: (port) =>
      `node -e 'const s = require("net").connect("/run/heddle/pipes/network.sock", () => s.write("CONNECT 127.0.0.1:${port} HTTP/1.1\\r\\n\\r\\n")); s.on("data", (d) => { console.log(String(d)); process.exit(); }); s.on("error", () => process.exit())'`,
  },
];

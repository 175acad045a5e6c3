import { nearestName, OperatorError } from '@heddle/core';
import { byNumber } from './by-instance.ts';
import { cases } from './cases.ts';
import { django } from './django.ts';
import { doctest } from './doctest.ts';
import { bpmnJs, chartJs, eslint, marked, openlayers, p5js } from './failures-only.ts';
import { FRAMEWORK_PARSERS, frameworkParser } from './framework.ts';
import { gradleCustom, maven } from './java.ts';
import { LINE_RUNNERS } from './line-runners.ts';
import { lighthouse, prismjs } from './mocha-json.ts';
import { calypso, highlightjs, karma, next } from './nested.ts';
import type { ParseLog } from './parser.ts';
import { phpunit } from './phpunit.ts';
import { matplotlib, pytest, pytestOptions, pytestV2, seaborn } from './pytest.ts';
import { quartoCli } from './quarto.ts';
import { sympy } from './sympy.ts';
import { tapTree } from './tap-tree.ts';
import { carbon, grommet } from './test-files.ts';

/** One test called `tests`, by the exit code alone. */
const EXIT_CODE = 'exit-code';

/** By the names of published records (`log_parser`, without `parse_log_`), and for their repositories. */
const PARSERS: Readonly<Record<string, ParseLog>> = {
  [EXIT_CODE]: (_log, { exitCode }) => new Map([['tests', exitCode === 0 ? 'PASSED' : 'FAILED']]),
  cases,
  tap_tree: tapTree,
  pytest,
  pytest_options: pytestOptions,
  pytest_v2: pytestV2,
  django,
  seaborn,
  sympy,
  matplotlib,
  ...alike(pytest, ['astroid', 'flask', 'marshmallow', 'pvlib', 'pyvista', 'sqlfluff', 'xarray']),
  ...alike(pytestOptions, ['pydicom', 'requests', 'pylint']),
  ...alike(pytestV2, ['astropy', 'scikit', 'sphinx']),
  ...LINE_RUNNERS,
  maven,
  gradle_custom: gradleCustom,
  phpunit,
  doctest,
  calypso,
  next,
  lighthouse,
  highlightjs,
  prismjs,
  karma,
  carbon,
  react_pdf: carbon,
  grommet,
  eslint,
  bpmn_js: bpmnJs,
  openlayers,
  chart_js: chartJs,
  marked,
  p5js,
  quarto_cli: quartoCli,
  immutable_js: byNumber({ 2006: LINE_RUNNERS.jest, 2005: LINE_RUNNERS.jest_json }),
  jekyll: byNumber({
    ...alike(LINE_RUNNERS.minitest, ['9141', '8047', '8167']),
    ...alike(LINE_RUNNERS.cucumber, ['8761', '8771']),
  }),
};

function alike(parser: ParseLog, names: readonly string[]): Record<string, ParseLog> {
  return Object.fromEntries(names.map((name) => [name, parser]));
}

/** Throws OperatorError `no-such-parser`. */
export function parserNamed(name: string): ParseLog {
  const bare = name.replace(/^parse_log_/, '');
  const parser = Object.hasOwn(PARSERS, bare) ? PARSERS[bare] : frameworkParser(bare);
  if (parser) return parser;
  const names = [...Object.keys(PARSERS), ...FRAMEWORK_PARSERS];
  const near = nearestName(bare, names);
  throw new OperatorError('no-such-parser', `there is no log parser called ${JSON.stringify(name)}`, {
    hint: near === null ? `one of: ${names.join(', ')}` : `did you mean ${near}?`,
  });
}

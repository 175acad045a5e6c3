/**
 * From offsets in what V8 ran to lines of what people wrote: by the script's source map, in it or beside it, else
 * line by line (Node strips types in place, so this also holds for TypeScript it runs itself).
 */
export const V8_MAPPING = String.raw`'use strict';
const { existsSync, readFileSync } = require('fs');
const { dirname, join, resolve } = require('path');

// [offset, path, line, column]: where the original, counted from 1, has code in what V8 ran.
exports.pointsOf = function pointsOf({ root, path, source, mapUrl, ownPath }) {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  const map = readMap(join(root, path), mapUrl);
  if (!map) return bySourceLines(path, source, starts);
  const originals = (map.sources || []).map((name) => {
    const file = resolve(dirname(join(root, path)), map.sourceRoot || '', name || '');
    return (existsSync(file) && ownPath(file)) || path;
  });
  const wrapper = /^\(\{"Object\.<anonymous>":function\([^)]*\)\{/.exec(source); // jest's, not in its map
  const points = [];
  for (const [line, column, index, original, at] of decode(map.mappings || '')) {
    const shift = line === 0 && wrapper ? wrapper[0].length : 0;
    if (line < starts.length) {
      points.push([starts[line] + column + shift, originals[index] || path, original + 1, at + 1]);
    }
  }
  return points;
};

function readMap(file, url) {
  try {
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url);
    if (inline) return JSON.parse(Buffer.from(inline[1], 'base64').toString());
    return url && !/^[a-z]+:/.test(url) ? JSON.parse(readFileSync(resolve(dirname(file), url), 'utf8')) : null;
  } catch {
    return null;
  }
}

function bySourceLines(path, source, starts) {
  const points = [];
  const token = /\S+/g;
  let line = 0;
  for (let match = token.exec(source); match; match = token.exec(source)) {
    while (line + 1 < starts.length && starts[line + 1] <= match.index) line++;
    points.push([match.index, path, line + 1, match.index - starts[line] + 1]);
  }
  return points;
}

// A source map's segments: [generated line, generated column, source, original line, its column], all from 0.
function* decode(mappings) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let source = 0;
  let original = 0;
  let originalColumn = 0;
  for (const [line, text] of mappings.split(';').entries()) {
    let column = 0;
    for (const segment of text.split(',')) {
      const fields = [];
      let value = 0;
      let shift = 0;
      for (const char of segment) {
        const digit = digits.indexOf(char);
        value += (digit & 31) * 2 ** shift;
        shift += 5;
        if (digit & 32) continue;
        fields.push(value % 2 ? -Math.floor(value / 2) : value / 2);
        value = 0;
        shift = 0;
      }
      if (fields.length === 0) continue;
      column += fields[0];
      if (fields.length < 4) continue;
      source += fields[1];
      original += fields[2];
      originalColumn += fields[3];
      yield [line, column, source, original, originalColumn];
    }
  }
}
`;

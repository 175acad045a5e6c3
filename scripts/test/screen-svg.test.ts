import { expect, it } from 'vitest';
import { screensSvg } from '../demo/screen-svg.ts';
import { runInTerminal, type Screen, textOf } from '../demo/terminal-run.ts';

const SIZE = { columns: 20, rows: 5 };

it('a command on a terminal of a size: every screen, and what is left', async () => {
  const screens: Screen[] = [];
  const { exitCode, screen } = await runInTerminal(
    [
      'sh',
      '-c',
      'stty size; printf "now"; printf "\\r\\033[K\\033[1;32mdone\\033[0m \\033[2m<&>\\n"; exit 3',
    ],
    SIZE,
    { cwd: '/', env: { ...process.env, TERM: 'xterm' }, onScreen: (each) => screens.push(each) },
  );
  expect(exitCode).toBe(3);
  expect(screen.map(textOf)).toEqual(['5 20', 'done <&>']);
  expect(screens.at(-1)).toEqual(screen);
  const svg = screensSvg([{ title: 'a "title"', screen }], SIZE.columns);
  expect(svg.match(/<text.*<\/text>/g)).toMatchInlineSnapshot(`
    [
      "<text class="title" x="102" y="20" text-anchor="middle">a &quot;title&quot;</text>",
      "<text x="18.0" y="53" textLength="33.6">5 20</text>",
      "<text class="green bold" x="18.0" y="72" textLength="33.6">done</text>",
      "<text class="dim" x="60.0" y="72" textLength="25.2">&lt;&amp;&gt;</text>",
    ]
  `);
});

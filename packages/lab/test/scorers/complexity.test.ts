import type { Language } from '@heddle/code';
import { describe, expect, test } from 'vitest';
import { MEASURED } from '../../src/scorers/complexity/kinds.ts';
import { complexityIn, TOP_LEVEL } from '../../src/scorers/complexity/measure.ts';

/**
 * The same function everywhere: if with && (2 paths), else if, else, a loop with an if in it, a switch of two cases and a
 * default. Paths: 1 + if 1 + && 1 + else-if 1 + loop 1 + if 1 + cases 2 = 8.
 * Cognition: if 1, && 1, else-if 1, else 1, loop 1, nested if 2, switch 1 = 8.
 */
const SAME: Readonly<Partial<Record<Language, string>>> = {
  javascript: `function f(a, b) {
  if (a && b) { return 1; } else if (a) { return 2; } else { b = 3; }
  for (const x of b) { if (x) { a += x; } }
  switch (a) { case 1: return 4; case 2: return 5; default: return 6; }
}
`,
  python: `def f(a, b):
    if a and b:
        return 1
    elif a:
        return 2
    else:
        b = 3
    for x in b:
        if x:
            a += x
    match a:
        case 1:
            return 4
        case 2:
            return 5
        case _:
            return 6
`,
  go: `package p
func f(a bool, b bool, c int) int {
	if a && b { return 1 } else if a { return 2 } else { c = 3 }
	for i := 0; i < c; i++ { if a { c += i } }
	switch c {
	case 1: return 4
	case 2: return 5
	default: return 6
	}
}
`,
  rust: `fn f(a: bool, b: bool, mut c: i32) -> i32 {
    if a && b { return 1; } else if a { return 2; } else { c = 3; }
    for i in 0..c { if a { c += i; } }
    match c { 1 => 4, 2 => 5, _ => 6 }
}
`,
  java: `class C {
  int f(boolean a, boolean b, int c) {
    if (a && b) { return 1; } else if (a) { return 2; } else { c = 3; }
    for (int i = 0; i < c; i++) { if (a) { c += i; } }
    switch (c) { case 1: return 4; case 2: return 5; default: return 6; }
  }
}
`,
  c: `int f(int a, int b, int c) {
  if (a && b) { return 1; } else if (a) { return 2; } else { c = 3; }
  for (int i = 0; i < c; i++) { if (a) { c += i; } }
  switch (c) { case 1: return 4; case 2: return 5; default: return 6; }
}
`,
  csharp: `class C {
  int f(bool a, bool b, int c) {
    if (a && b) { return 1; } else if (a) { return 2; } else { c = 3; }
    foreach (var i in c) { if (a) { c += i; } }
    switch (c) { case 1: return 4; case 2: return 5; default: return 6; }
  }
}
`,
  ruby: `def f(a, b)
  if a && b
    return 1
  elsif a
    return 2
  else
    b = 3
  end
  for x in b
    if x
      a += x
    end
  end
  case a
  when 1 then 4
  when 2 then 5
  else 6
  end
end
`,
  php: `<?php
function f($a, $b) {
  if ($a && $b) { return 1; } elseif ($a) { return 2; } else { $b = 3; }
  foreach ($b as $x) { if ($x) { $a += $x; } }
  switch ($a) { case 1: return 4; case 2: return 5; default: return 6; }
}
`,
};
const ALL: Readonly<Partial<Record<Language, string>>> = {
  ...SAME,
  typescript: SAME.javascript!,
  tsx: SAME.javascript!,
  cpp: SAME.c!,
};

describe('complexity', () => {
  test.each([...MEASURED])('of the same function in %s', async (language) => {
    const found = await complexityIn(language, ALL[language]!);
    const [name] = [...found.keys()].filter((each) => each !== TOP_LEVEL);
    expect(name).toMatch(/^(?:C\.)?f$/);
    expect(found.get(name!)).toEqual({ cyclomatic: 8, cognitive: 8 });
    expect(found.get(TOP_LEVEL)).toEqual({ cyclomatic: 0, cognitive: 0 });
  });

  test.each([
    [
      'nesting counts',
      'def f(a):\n    if a:\n        if a:\n            if a:\n                pass\n',
      4,
      6,
    ],
    ['logical operators of one kind count once', 'def f(a, b, c):\n    return a and b and c or a\n', 4, 2],
    [
      'an inner function nests',
      'def f(a):\n    def g():\n        if a:\n            pass\n    return g\n',
      2,
      2,
    ],
    ['handlers', 'def f(a):\n    try:\n        a()\n    except KeyError:\n        pass\n', 2, 1],
    ['a conditional expression', 'def f(a):\n    return 1 if a else 2\n', 2, 1],
  ])('%s', async (_, text, cyclomatic, cognitive) => {
    expect((await complexityIn('python', text)).get('f')).toEqual({ cyclomatic, cognitive });
  });

  test('functions of one name are kept apart', async () => {
    const found = await complexityIn('python', 'def f():\n    pass\n\ndef f(a):\n    return a or 1\n');
    expect([...found]).toEqual([
      ['f', { cyclomatic: 1, cognitive: 0 }],
      ['f#2', { cyclomatic: 2, cognitive: 1 }],
      [TOP_LEVEL, { cyclomatic: 0, cognitive: 0 }],
    ]);
  });
});

import { type Language, parse, type SyntaxNode } from '@heddle/code';
import { digestOf } from '@heddle/core';
import type { Instance } from './instance.ts';

/**
 * The vote of Agentless (Xia et al. 2024): the commonest patch, formatting and comments and the tests it brings aside;
 * of several the one whose first copy came first. Gives the index of that copy, among those that may vote.
 */
export async function majority(
  { language, files, candidates }: Instance,
  mayVote: (index: number) => boolean,
): Promise<number> {
  const groups = new Map<string, number[]>();
  for (const [index, candidate] of candidates.entries()) {
    if (!mayVote(index)) continue;
    const sources = Object.entries(candidate.files).filter(([path]) => path in files);
    const tokens = await Promise.all(sources.map(([, text]) => tokensOf(language, text)));
    const key = digestOf(JSON.stringify(tokens));
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  const [largest] = [...groups.values()].sort((a, b) => b.length - a.length);
  return largest![0]!;
}

async function tokensOf(language: Language, text: string): Promise<string[]> {
  using tree = await parse(language, text);
  const tokens: string[] = [];
  const walk = (node: SyntaxNode) => {
    if (node.type === 'comment') return;
    if (node.childCount === 0 || /string/.test(node.type)) tokens.push(node.text);
    else for (const child of node.children) if (child !== null) walk(child);
  };
  walk(tree.root);
  return tokens;
}

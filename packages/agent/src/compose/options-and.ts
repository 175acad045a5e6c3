/** Options that may be left out, and what comes after them: agents are functions, options are not. */
export function optionsAnd<Options extends object, Each>(
  given: readonly (Options | Each)[],
): [Partial<Options>, Each[]] {
  const [first, ...rest] = given;
  if (typeof first === 'object' && first !== null) return [first as Options, rest as Each[]];
  return [{}, given as Each[]];
}

/** How an answer may be written: shown with the first request of a conversation and by `heddle relay answer --help`. */
export const ANSWER_FORM = `Free text first, if any; then the calls, one block each:

@@bash
command: npm test

@@edit
command: create
path: src/greet.ts
text <<END
export const greet = (name: string) => \`hello \${name}\`;
END

"@@" and the tool's name open a block. A field is "name: value" on one line, or "name <<WORD" and then
lines, taken as they are, up to a line that is WORD alone ("name <<-WORD" leaves the last newline out).
Numbers, lists and objects are written as JSON, on one line or several. Text is taken as it is: \\n is no
line end there, use <<WORD. Text alone, without a block, answers without a call.

Or as one JSON object: {"text": "…", "calls": [{"tool": "bash", "input": {"command": "npm test"}}]}`;

/** In its place where a request has no tools, as one for a summary has none; also what a call is told there. */
export const TEXT_ONLY = 'This request has no tools: answer with text.';

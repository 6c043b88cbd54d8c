/** What differs between two texts, a line each: ` ` is in both, `-` goes, `+` comes (as of diff -u). */

/** Pairs of lines that are looked at; what is larger is told as one change. */
const MOST_PAIRS = 4_000_000;
/** Lines around a change that are shown. */
const CONTEXT = 2;

/** The lines of a unified diff without its head; empty where the texts are the same. `@@` stands where lines are left out. */
export function unified(before: string, after: string): string[] {
  if (before === after) return [];
  const [old, now] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1;
  const edits = [
    ...old.slice(0, head).map((line) => ` ${line}`),
    ...between(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...old.slice(old.length - tail).map((line) => ` ${line}`),
  ];
  return around(edits);
}

/** How many lines of a diff come and go. */
export const countOf = (diff: readonly string[]): { added: number; removed: number } => ({
  added: diff.filter((line) => line.startsWith('+')).length,
  removed: diff.filter((line) => line.startsWith('-')).length,
});

/** A last line without an end is another one than the same with it. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') return lines.slice(0, -1);
  return [...lines.slice(0, -1), `${lines.at(-1)}\\`];
}

/** By the longest common subsequence. */
function between(old: readonly string[], now: readonly string[]): string[] {
  if (old.length * now.length > MOST_PAIRS)
    return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  const width = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      longest[i * width + j] =
        old[i] === now[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const edits: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      edits.push(` ${old[i]}`);
      i += 1;
      j += 1;
    } else if (
      j >= now.length ||
      (i < old.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)
    ) {
      edits.push(`-${old[i]}`);
      i += 1;
    } else {
      edits.push(`+${now[j]}`);
      j += 1;
    }
  }
  return edits;
}

/** Only changes and what is around them. */
function around(edits: readonly string[]): string[] {
  const near = edits.map((_, index) =>
    edits.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some((line) => !line.startsWith(' ')),
  );
  return edits.flatMap((line, index) =>
    near[index] ? [line] : near[index + 1] || (index + 1 === edits.length && near[index - 1]) ? ['@@'] : [],
  );
}

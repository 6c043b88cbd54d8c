/** What a repository's refs stand for. */

import { Commit } from '../../names.ts';
import { suggest } from '../../suggest.ts';

export interface Ref {
  /** The whole name: `refs/heads/main`. */
  name: string;
  /** The commit; for an annotated tag the commit it points at. */
  commit: string;
}

/** The refs in what `git ls-remote` prints; the lines `refs/tags/v1^{}` say where annotated tags point. */
export function parseRefs(text: string): Ref[] {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [commit, name] = line.split('\t');
    if (commit && name && Commit.safeParse(commit).success) refs.set(name.replace(/\^\{\}$/, ''), commit);
  }
  return [...refs].map(([name, commit]) => ({ name, commit }));
}

/** The ref that a person's word means, a branch before a tag of the same name; undefined where there is none. */
export function findRef(refs: readonly Ref[], word: string): Ref | undefined {
  const names = [`refs/heads/${word}`, `refs/tags/${word}`, `refs/${word}`, word];
  return names.map((name) => refs.find((ref) => ref.name === name)).find((ref) => ref !== undefined);
}

/** The branch or tag that a mistyped word most likely means. */
export const nearRef = (refs: readonly Ref[], word: string): string | undefined =>
  suggest(
    word,
    refs.map(({ name }) => name.replace(/^refs\/(?:heads|tags)\//, '')),
  );

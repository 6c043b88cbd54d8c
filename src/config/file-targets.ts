/** Where files go, checked against what there is: hosts, labels and apps that nothing has, and two files of one path. */
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import { targetOf } from './delivered.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, each, placeOf, strings } from './sections.ts';

/** Targets of files that name nothing. */
export function strangeTargets(entries: Entries): ConfigProblem[] {
  const labels = new Set(
    each(entries, 'hosts').flatMap(({ raw }) => strings(raw.labels).map(([, label]) => label)),
  );
  return each(entries, 'files').flatMap(({ name, raw, source }) =>
    strings(raw.targets).flatMap(([index, text]) => {
      const target = targetOf(text);
      if (!target) return [];
      const at = ['files', name, 'targets', index];
      const words = messages().config;
      if (target.kind === 'label')
        return labels.has(target.name)
          ? []
          : [source.problem(at, words.noLabel({ label: target.name, near: suggest(target.name, labels) }))];
      const section = target.kind === 'app' ? 'apps' : 'hosts';
      const known = entries[section];
      if (known.has(target.name)) return [];
      const near = suggest(target.name, known.keys());
      return [source.problem(at, words.noneCalled({ section, name: target.name, near }))];
    }),
  );
}

/** Files that nothing gets: no target, and no profile of machines. */
export function strayFiles(entries: Entries): ConfigProblem[] {
  const given = new Set(
    each(entries, 'profiles').flatMap(({ raw }) => strings(raw.files).map(([, name]) => name)),
  );
  return each(entries, 'files')
    .filter(({ name, raw }) => strings(raw.targets).length === 0 && !given.has(name))
    .filter(
      ({ raw }) => raw.targets === undefined || (Array.isArray(raw.targets) && raw.targets.length === 0),
    )
    .map(({ name, source }) => source.problem(['files', name], messages().files.config.nowhere, 'key'));
}

/** Files of apps that nobody fetches, as there is no hub: a warning. */
export function unfetchedFiles(entries: Entries): ConfigProblem[] {
  if (entries.hub.has('address')) return [];
  return each(entries, 'files').flatMap(({ name, raw, source }) =>
    strings(raw.targets)
      .filter(([, text]) => targetOf(text)?.kind === 'app')
      .map(([index]) => source.problem(['files', name, 'targets', index], messages().files.config.noHub)),
  );
}

/** Files that would be written over each other: one path at one target. */
export function sharedPaths(entries: Entries): ConfigProblem[] {
  const first = new Map<string, string>();
  return each(entries, 'files').flatMap(({ name, raw, source }) =>
    strings(raw.targets).flatMap(([index, target]) => {
      const path = `${raw.path}`;
      const where = `${target} ${path}`;
      const other = first.get(where);
      if (other === undefined) first.set(where, name);
      if (other === undefined) return [];
      const owner = `${other} (${placeOf(entries.files.get(other)!, 'files', other)})`;
      const message = messages().files.config.samePath({ path, other: owner });
      return [source.problem(['files', name, 'targets', index], message)];
    }),
  );
}

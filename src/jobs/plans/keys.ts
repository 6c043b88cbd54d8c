/** Writes who may log in. */
import { messages } from '../../messages/messages.ts';
import { type Gathered, merged } from '../keys/gather.ts';
import type { WriteKeys } from '../keys/input.ts';
import type { Target } from '../keys/targets.ts';
import { authoriseKeys, syncKeys } from '../keys/write.ts';
import type { Plan, Stage } from '../plan.ts';

/** The plan of `/keys sync`: every host by itself, as one that is down must not keep others from losing a key. `line` is the command that plans it anew. */
export function keysPlan({
  targets,
  gathered,
  line,
}: {
  targets: readonly Target[];
  gathered: Gathered;
  line: string;
}): Plan {
  const hosts = [...new Set(targets.map(({ host }) => host))];
  const groups = [...new Set(targets.flatMap((target) => target.groups))];
  const { plans } = messages().jobs;
  const held = gathered.remarks.some(({ kind }) => kind === 'many');
  return {
    title: plans.keys({ hosts }),
    done: plans.keysDone({ groups, hosts }),
    locks: ['keys', ...hosts.map((host) => `host/${host}`)],
    stages: [{ name: 'keys', steps: inputsOf(targets, gathered).map((input) => syncKeys(input)) }],
    next: held ? `${line} --yes` : '/keys show',
    again: line,
  };
}

/** The stage that lets groups log in, as part of a plan that is taken back as a whole; none where nobody may. */
export const keysStages = (targets: readonly Target[], gathered: Gathered): Stage[] =>
  targets.length === 0
    ? []
    : [{ name: 'keys', steps: inputsOf(targets, gathered).map((input) => authoriseKeys(input)) }];

/** What each step is told; what has to be said is said by the first. */
const inputsOf = (targets: readonly Target[], { groups, remarks }: Gathered): WriteKeys[] =>
  targets.map((target, index) => {
    const own = target.groups.flatMap((group) => groups.get(group) ?? []);
    const parts = own.flatMap(({ keys }) =>
      keys.flatMap(({ key, from, held }) =>
        from.map((id) => ({ keys: [key], held: held.includes(id) ? [key.data] : [], id })),
      ),
    );
    return {
      ...target,
      keys: merged(parts),
      sources: own.flatMap(({ sources }) => sources),
      remarks: index === 0 ? remarks : [],
    };
  });

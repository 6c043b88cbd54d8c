/** Versions of images, as lines. */
import { library } from '../../image.ts';
import type { Differences } from '../../jobs/image/differences.ts';
import { sizeOf } from '../../jobs/image/differences.ts';
import type { Outcomes } from '../../jobs/image/gates.ts';
import type { ImageRecord, Promotion } from '../../jobs/image/versions.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration, humanSize } from '../../units.ts';

/** A version with what is known of it beside its record. */
export interface Known {
  record: ImageRecord;
  gates: Outcomes;
}

/** The versions of one image, newest first. */
export function drawImage(
  image: string,
  versions: readonly Known[],
  promotion: Promotion | undefined,
  inUse: ReadonlySet<string>,
  now: number,
): string[] {
  const words = messages().images.answers;
  if (versions.length === 0) return [`○ ${words.noneOf({ image })}`];
  return versions.toReversed().map(({ record, gates }) => {
    const { version, at } = record.manifest;
    const marks = [humanSize(sizeOf(record.manifest)), tries(record, gates), age(at, now)];
    const standing = standingOf(version, promotion, inUse);
    const isPromoted = promotion?.now.version === version;
    return `${isPromoted ? '●' : '○'} ${version}  ${[...marks, ...standing].join(' · ')}`;
  });
}

/** All that is known of one version; `root` is the folder of Muster on its host. */
export function drawVersion(
  { record, gates }: Known,
  promotion: Promotion | undefined,
  inUse: ReadonlySet<string>,
  root: string | undefined,
): string[] {
  const words = messages().images.answers;
  const { manifest, by: person, run, ms, host, publicKey } = record;
  const { version, architecture, packages, parts, kernelLine, key, at } = manifest;
  const step = promotion?.now.version === version ? promotion.now : undefined;
  const standing = standingOf(version, promotion, inUse).join(' · ');
  const by = step ? ` ${words.by({ person: step.by, time: step.at.slice(0, 16) })}` : '';
  return [
    `${step ? '●' : '○'} ${version}${standing ? `  ${standing}${by}` : ''}`,
    words.built({ person, run, time: at.slice(0, 16), took: humanDuration(ms) }),
    words.facts({ architecture, count: packages.length, key, host }),
    ...(kernelLine === '' ? [] : [words.kernelLine({ line: kernelLine })]),
    ...Object.entries(parts).map(([part, { bytes, sha256 }]) =>
      words.part({ part, size: humanSize(bytes), sha256 }),
    ),
    ...record.gate.map((firmware) => drawTry(messages().images.firmware[firmware], gates[firmware])),
    ...Object.values(gates).flatMap(({ outcome, console }) =>
      outcome === 'failed' ? console.map((line) => `  ${line}`) : [],
    ),
    ...(root === undefined ? [] : [words.manifest({ path: library(root).manifest(version) })]),
    words.signed({ key: publicKey }),
  ];
}

/** How two versions differ. */
export function drawDifferences(
  before: string,
  after: string,
  { added, removed, newer, older, parts, kernelLine }: Differences,
): string[] {
  const words = messages().images.answers;
  const size = (bytes: number | undefined) => (bytes === undefined ? words.nothing : humanSize(bytes));
  const lines = [
    ...newer.map(words.newer),
    ...older.map(words.older),
    ...added.map((name) => words.added({ name })),
    ...removed.map((name) => words.gone({ name })),
    ...parts
      .filter(({ part }) => part !== 'sbom')
      .map(({ part, ...sizes }) =>
        words.size({ part, before: size(sizes.before), after: size(sizes.after) }),
      ),
    ...(kernelLine
      ? [
          words.gone({ name: words.kernelLine({ line: kernelLine.before }) }),
          words.added({ name: words.kernelLine({ line: kernelLine.after }) }),
        ]
      : []),
  ];
  return lines.length === 0 ? [words.alike({ before, after })] : [words.between({ before, after }), ...lines];
}

function drawTry(firmware: string, outcome: Outcomes[keyof Outcomes]): string {
  const words = messages().images.answers;
  if (!outcome) return words.untried({ firmware });
  const { ms, run, cause = words.unknownCause } = outcome;
  return outcome.outcome === 'passed'
    ? words.tried({ firmware, time: humanDuration(ms), run })
    : words.notUp({ firmware, cause, run });
}

/** `BIOS ● UEFI ✕`. */
function tries({ gate }: Pick<ImageRecord, 'gate'>, gates: Outcomes): string {
  const words = messages().images.answers;
  if (gate.length === 0) return words.unneeded;
  return gate
    .map((each) => {
      const outcome = gates[each]?.outcome ?? 'untried';
      return words[outcome]({ firmware: messages().images.firmware[each] });
    })
    .join(' ');
}

function standingOf(version: string, promotion: Promotion | undefined, inUse: ReadonlySet<string>): string[] {
  const words = messages().images.answers;
  const { now, before = [], left = [] } = promotion ?? {};
  return [
    ...(now?.version === version ? [now.forced ? words.forced : words.promoted] : []),
    ...(before.at(-1)?.version === version ? [words.before] : []),
    ...(left.includes(version) ? [words.rolledBack] : []),
    ...(inUse.has(version) ? [words.inUse] : []),
  ];
}

const age = (at: string, now: number): string =>
  messages().images.answers.ago({ time: humanDuration(Math.max(0, now - Date.parse(at))) });

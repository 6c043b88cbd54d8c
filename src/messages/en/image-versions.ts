/** Versions of images: published, promoted, rolled back, removed. */
const s = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;
const NAMED = 6;
/** `3 packages newer: curl 7.88.1-11, …`; nothing where there are none. */
const some = (names: readonly string[], what: (count: string) => string): string[] =>
  names.length === 0
    ? []
    : [
        `${what(s(names.length, 'package'))}: ${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', …' : ''}`,
      ];

export const imageVersions = {
  firmware: { bios: 'BIOS', uefi: 'UEFI' },
  steps: {
    publish: (f: { image: string; host: string }) => `make a version of ${f.image} on ${f.host}`,
    promote: (f: { version: string }) => `promote ${f.version}`,
    rollback: (f: { version: string }) => `go back to ${f.version}`,
    prune: (f: { image: string; count: number }) =>
      `remove old versions of ${f.image}, of the newest keep ${f.count}`,
  },
  plans: {
    promote: (f: { version: string }) => `promote ${f.version}`,
    promoted: (f: { version: string }) => `${f.version} is promoted`,
    rollback: (f: { image: string; version: string }) => `${f.image} back to ${f.version}`,
    rolledBack: (f: { image: string; version: string }) => `${f.image} is back at ${f.version}`,
    prune: (f: { image: string }) => `remove old versions of ${f.image}`,
    pruned: (f: { image: string }) => `old versions of ${f.image} are gone`,
    /** What a plan shows of what will go. */
    goes: (f: { version: string }) => `- ${f.version}`,
  },
  notes: {
    same: (f: { version: string }) => `nothing has changed: it is ${f.version}`,
    published: (f: { version: string; time: string; size: string; more: string }) =>
      `${f.version} built in ${f.time}, ${f.size}${f.more ? ` (${f.more})` : ''}`,
    packages: (f: {
      since: string;
      newer: readonly string[];
      older: readonly string[];
      added: readonly string[];
      removed: readonly string[];
    }) =>
      [
        `since ${f.since}`,
        ...some(f.newer, (count) => `${count} newer`),
        ...some(f.older, (count) => `${count} older`),
        ...some(f.added, (count) => `${count} added`),
        ...some(f.removed, (count) => `${count} removed`),
        ...([f.newer, f.older, f.added, f.removed].every((names) => names.length === 0)
          ? ['the same packages']
          : []),
      ].join(' · '),
    left: (f: { version: string; promoted: string }) =>
      `▲ ${f.version} was rolled back, and is not promoted by itself: ${f.promoted} stays`,
    promoted: (f: { version: string; before: unknown }) =>
      `${f.version} is promoted${f.before ? `, before it was ${f.before}` : ''}`,
    isPromoted: (f: { version: string }) => `${f.version} is promoted already`,
    promotedAgain: (f: { version: string }) => `${f.version} is promoted again`,
    rolledBack: (f: { from: string; to: string }) => `from ${f.from} back to ${f.to}`,
    removed: (f: { names: readonly string[] }) => `removed ${f.names.join(', ')}`,
    swept: (f: { count: number }) => `${s(f.count, 'file')} that no version needs removed`,
    nothingRemoved: 'nothing had to go',
  },
  audit: {
    published: (f: { version: string }) => `${f.version} published`,
    promoted: (f: { version: string }) => `${f.version} promoted`,
    forced: (f: { version: string }) => `${f.version} promoted by force`,
    rolledBack: (f: { version: string }) => `rolled back to ${f.version}`,
    takenBack: (f: { image: string }) => `promotion of ${f.image} taken back`,
    removed: (f: { version: string }) => `${f.version} removed`,
  },
  answers: {
    none: 'There is no version of an image yet.',
    noneOf: (f: { image: string }) => `${f.image}: no version yet`,
    passed: (f: { firmware: string }) => `${f.firmware} ●`,
    failed: (f: { firmware: string }) => `${f.firmware} ✕`,
    untried: (f: { firmware: string }) => `${f.firmware} ○`,
    unneeded: 'needs no boot',
    ago: (f: { time: string }) => `${f.time} old`,
    by: (f: { person: string; time: string }) => `by ${f.person}, ${f.time}`,
    promoted: 'promoted',
    forced: 'promoted by force',
    before: 'promoted before',
    rolledBack: 'rolled back',
    inUse: 'in use',
    built: (f: { person: string; run: string; time: string; took: string }) =>
      `built for ${f.person} in ${f.took}, ${f.time} (${f.run})`,
    part: (f: { part: string; size: string; sha256: string }) => `${f.part} ${f.size} ${f.sha256}`,
    facts: (f: { architecture: string; count: number; key: string; host: string }) =>
      `${f.architecture} · ${s(f.count, 'package')} · key ${f.key} · on ${f.host}`,
    kernelLine: (f: { line: string }) => `kernel line: ${f.line}`,
    signed: (f: { key: string }) => `signed with ${f.key}`,
    tried: (f: { firmware: string; time: string; run: string }) =>
      `${f.firmware} ● up after ${f.time} (${f.run})`,
    notUp: (f: { firmware: string; cause: string; run: string }) => `${f.firmware} ✕ ${f.cause} (${f.run})`,
    unknownCause: 'it did not come up',
    manifest: (f: { path: string }) => `manifest: ${f.path}`,
    alike: (f: { before: string; after: string }) => `${f.before} and ${f.after} are the same.`,
    between: (f: { before: string; after: string }) => `${f.before} → ${f.after}`,
    newer: (f: { name: string; before: string; after: string }) => `↑ ${f.name} ${f.before} → ${f.after}`,
    older: (f: { name: string; before: string; after: string }) => `↓ ${f.name} ${f.before} → ${f.after}`,
    added: (f: { name: string }) => `+ ${f.name}`,
    gone: (f: { name: string }) => `- ${f.name}`,
    size: (f: { part: string; before: string; after: string }) => `${f.part}: ${f.before} → ${f.after}`,
    nothing: 'none',
    more: (f: { count: number }) => `… and ${f.count} more`,
    whole: 'The whole of it',
    nothingGoes: (f: { image: string; count: number }) =>
      `No version of ${f.image} has to go: the newest ${f.count}, the promoted one, the one before it and what machines boot stay.`,
    promotedAlready: (f: { version: string }) => `${f.version} is promoted already.`,
  },
};

/** What the commands say of themselves. */
export const imageVersionCommands = {
  'image list': {
    summary: 'Show the versions of images, which are promoted, and how they booted',
    fields: { image: 'only this one' },
  },
  'image show': {
    summary: 'Show what a version of an image consists of, how it booted, and who signed it',
    description: 'Of an image by its name, the promoted version, or else the newest.',
    fields: { what: 'the image, or a version of it' },
  },
  'image diff': {
    summary: 'Show how the packages and sizes of two versions of an image differ',
    description:
      'With one version, from the promoted one, or from the one before where it is promoted itself.',
    fields: { from: 'the version, or the older of two', to: 'the newer one' },
  },
  'image promote': {
    summary: 'Have machines boot a version of an image from now on',
    description: 'Only one that booted with all firmware that its definition names.',
    fields: { version: 'the version', force: 'even if it did not boot, or was not tried' },
  },
  'image rollback': {
    summary: 'Have machines boot the version of an image again that was promoted before',
    fields: { image: 'the image' },
  },
  'image prune': {
    summary: 'Remove old versions of an image',
    description: 'Never the promoted one, the one before it, nor what a machine boots or is to boot.',
    fields: { image: 'the image', keep: 'how many of the newest stay; what its definition says by default' },
  },
};

/** The log hub, as chats hear of it. */
export const logs = {
  sinkFails: (f: { name: string }) => `the sink ${f.name} takes no logs`,
  sinkWorks: (f: { name: string }) => `the sink ${f.name} takes logs again`,
  sinkHint: 'Nothing is lost while the log hub has room: it goes on where it was. /logs stats',
  full: 'the disk of the log hub is full',
  roomAgain: 'the log hub has room again',
  fullHint:
    'Free some space where the hub runs, or let it keep less (logs: size, age). Containers of the base image wait until then.',
  jumped: (f: { by: string }) => `the clock of the log hub went ahead by ${f.by}`,
  jumpedOver: 'logs age by the clock of the log hub again',
  jumpedHint: (f: { until: string }) =>
    `Until ${f.until} nothing goes because it looks old. If the clock is wrong, set it right by then; if it is right, there is nothing to do.`,
  following: (f: { target: string }) => `log of ${f.target}`,
  followed: (f: { target: string }) => `log of ${f.target}`,
  none: (f: { target: string }) => `There is no such line of ${f.target}.`,
  earlier: (f: { count: number }) => `… ${f.count} earlier ${f.count === 1 ? 'line' : 'lines'}`,
  target: 'an app (shop), a service of one (shop/web), a host (host/web-1) or a job (r-…)',
  when: 'a time: how long ago (10m, 2h), or like 2026-01-31T18:00Z',
  verified: (f: { target: string; streams: number; lines: string }) =>
    `${f.target}: ${f.lines} lines in ${f.streams} ${f.streams === 1 ? 'stream' : 'streams'}`,
  complete: 'No gap, and nothing twice.',
  gap: (f: { stream: string; first: number; last: number }) =>
    `${f.stream}: ${f.first === f.last ? `${f.first} is` : `${f.first} to ${f.last} are`} missing`,
  doubled: (f: { stream: string; count: number }) => `${f.stream}: ${f.count} twice`,
  dropped: (f: { stream: string; count: number }) => `${f.stream}: ${f.count} dropped, as logs.rate says`,
  refused: (f: { duplicates: number; forged: number }) =>
    `Refused: ${f.duplicates} that were here already, ${f.forged} with numbers that cannot be.`,
  damaged: (f: { file: string }) => `${f.file} cannot be read as a whole`,
  more: (f: { count: number }) => `… and ${f.count} more`,
  shares: (f: { bytes: string }) => `The log hub keeps ${f.bytes}:`,
  share: (f: { owner: string; bytes: string }) => `${f.owner}: ${f.bytes}`,
  sinks: 'Passed on since the hub started:',
  sink: (f: { name: string; sent: number; refused: number; trouble?: string }) =>
    `${f.name}: ${f.sent}${f.refused > 0 ? `, ${f.refused} refused` : ''}${f.trouble ? `; now: ${f.trouble}` : ''}`,
  troubles: 'Not all is taken:',
  trouble: (f: { host: string; text: string }) => `${f.host}: ${f.text}`,
};

/** Steps that do everything a step may do, for the suite that every site passes. */
import { z } from 'zod';
import { MusterError } from '../../src/errors.ts';
import { type AnyStep, defineStep } from '../../src/jobs/step.ts';
import { HostName } from '../../src/names.ts';

const input = z.object({ host: HostName, text: z.string().default('') });
const common = { input, uses: {}, lane: 'read' as const, timeout: '2m', title: () => 'a step' };

/** Says something in each way there is. */
export const speak = defineStep({
  ...common,
  name: 'site.speak',
  async run({ text }, { shell, report }) {
    const script = 'printf "%s\\n" "$1"; echo "on standard error" >&2';
    const argv = ['sh', '-c', script, 'sh', text];
    const lines: string[] = [];
    const { code } = await shell.run(argv, { onLine: (line) => void lines.push(line) });
    // The two streams have no order between them.
    for (const line of lines.sort((a) => (a === text ? -1 : 1))) report.line(line);
    report.progress(0.5);
    report.note(`${text} ${code}`);
    return { text, list: [1, null, { deep: true }], empty: '' } as object | undefined;
  },
  async undo({ text }, { report }) {
    report.line(`undone ${text}`);
    return undefined;
  },
});

export const silent = defineStep({
  ...common,
  name: 'site.silent',
  run: async (_, { shell }) => void (await shell.run(['true'])),
});

const ODD: Record<string, string[]> = {
  mark: ['sh', '-c', 'echo "$MUSTER_MARK"'],
  bytes: ['printf', 'first\\nbad \\377 byte\\ntab\\tand bell \\007\\nno end'],
  long: ['sh', '-c', 'head -c 2000000 /dev/zero | tr "\\0" x; echo; echo after it'],
  nothing: ['muster-no-such-program'],
};

/** What output and programs can be; any other text is only given back. */
export const odd = defineStep({
  ...common,
  name: 'site.odd',
  async run({ text }, { shell, report, run, origin }) {
    const argv = Object.hasOwn(ODD, text) ? ODD[text] : undefined;
    if (argv) await shell.run(argv, { onLine: (line) => report.line(line) });
    if (text === 'mark') report.line(`${run} of ${origin}`);
    return { text };
  },
});

export const flood = defineStep({
  ...common,
  name: 'site.flood',
  async run(_, { shell, report }) {
    let lines = 0;
    const onLine = (line: string) => {
      lines += 1;
      report.line(line);
    };
    await shell.run(['seq', '1', '50000'], { onLine });
    return { lines };
  },
});

export const fail = defineStep({
  ...common,
  name: 'site.fail',
  run: (_, { shell }) => shell.run(['sh', '-c', 'echo almost; echo there; exit 3']),
});

export const throws = defineStep({
  ...common,
  name: 'site.throws',
  async run({ text }) {
    if (text === 'own') throw new MusterError('host.diskfull', { host: 'here' });
    throw new TypeError('a mistake');
  },
});

/** A child, a grandchild, and one that ignores SIGTERM; notes the three process ids in a file, and goes on for long. */
const FAMILY = `
sh -c 'trap "" TERM; echo $$ >> "$1"; while :; do sleep 1; done' sh "$1" &
sh -c 'sleep 600 & echo $! >> "$1"; echo $$ >> "$1"; wait' sh "$1" &
wait
`;
const runFamily: Parameters<typeof defineStep<typeof input, Record<string, never>, unknown>>[0]['run'] = (
  { text },
  { shell, signal },
) => shell.run(['sh', '-c', FAMILY, 'sh', text], { signal });

export const family = defineStep({ ...common, name: 'site.family', run: runFamily });

export const brief = defineStep({ ...common, name: 'site.brief', timeout: '3s', run: runFamily });

/** Must not be begun twice. */
export const once = defineStep({ ...common, name: 'site.once', repeatable: false, run: runFamily });

export const SITE_STEPS: readonly AnyStep[] = [speak, silent, odd, flood, fail, throws, family, brief, once];

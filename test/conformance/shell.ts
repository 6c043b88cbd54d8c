/** What every `Shell` must do, run on each implementation and on the fake. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { MusterError } from '../../src/errors.ts';
import type { Shell } from '../../src/shell.ts';
import { processConformance } from './shell-processes.ts';
import { streamConformance } from './shell-streams.ts';

export interface Opened {
  shell: Shell;
  close(): Promise<void>;
}

export interface Conformance {
  /** False for a fake: it starts no processes, so it is spared the tests that look at them. */
  processes: boolean;
  /** Why it cannot run on this machine. */
  skip?: string | false;
}

/** Rejects with a `MusterError` of that code; gives the error. */
export async function rejectsWith(
  code: MusterError['code'],
  promise: Promise<unknown>,
): Promise<MusterError> {
  const thrown = await promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof MusterError)) throw thrown;
  assert.equal(thrown.code, code, thrown.message);
  return thrown;
}

export function shellConformance(
  name: string,
  { processes, skip = false }: Conformance,
  open: () => Promise<Opened>,
): void {
  describe(`${name} is a shell`, { skip, timeout: 120_000 }, () => {
    let opened: Opened;
    const shell = () => opened.shell;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());

    test('it passes arguments as they are', async () => {
      const words = [
        'a b',
        "it's",
        '"$(id)"',
        '`id`',
        'x\n\ny\n',
        '',
        '-n',
        '--',
        '*',
        '~',
        '\\n',
        '%s',
        'äŁ😀',
        '$HOME',
      ];
      const { stdout } = await shell().run(['printf', '%s|', ...words]);
      assert.equal(stdout, words.map((word) => `${word}|`).join(''));
    });

    test('it gives a string, a buffer or a stream to the program', async () => {
      const chunks = () => Readable.from([Buffer.from('one\n'), Buffer.from('two')]);
      for (const stdin of ['one\ntwo', Buffer.from('one\ntwo'), chunks()]) {
        assert.equal((await shell().run(['cat'], { stdin })).stdout, 'one\ntwo');
      }
    });

    test('a program that is given nothing reads the end at once', async () => {
      assert.deepEqual(await shell().run(['cat']), { code: 0, stdout: '', stderr: '' });
    });

    test('it keeps the streams apart and tells lines in order', async () => {
      const lines: string[] = [];
      const argv = ['sh', '-c', "printf 'one\\r\\ntwo\\n\\nlast'; echo err >&2"];
      const output = await shell().run(argv, { onLine: (line, stream) => lines.push(`${stream} ${line}`) });
      assert.deepEqual(output, { code: 0, stdout: 'one\r\ntwo\n\nlast', stderr: 'err\n' });
      const of = (stream: string) => lines.filter((line) => line.startsWith(stream));
      assert.deepEqual(of('stdout'), ['stdout one', 'stdout two', 'stdout ', 'stdout last']);
      assert.deepEqual(of('stderr'), ['stderr err']);
    });

    test('an exit code that is not accepted is an error with the last lines', async () => {
      const argv = ['sh', '-c', 'seq 30; echo why >&2; exit 3'];
      const error = await rejectsWith('shell.exit', shell().run(argv));
      assert.equal(error.facts.code, 3);
      assert.equal(error.facts.program, 'sh');
      assert.match(error.message, /why/);
      assert.equal(error.lines.length, 20);
      assert.ok(error.lines.includes('30') && error.lines.includes('why'), error.lines.join());
      assert.equal((await shell().run(argv, { accept: [0, 3] })).code, 3);
    });

    test('a program that itself ends with 127 is not a missing program', async () => {
      const error = await rejectsWith('shell.exit', shell().run(['sh', '-c', 'exit 127']));
      assert.equal(error.facts.code, 127);
    });

    test('a program ended by a signal says which', async () => {
      const error = await rejectsWith('shell.signal', shell().run(['sh', '-c', 'kill -9 $$']));
      assert.equal(error.facts.signal, 'SIGKILL');
    });

    test('a missing program is named', async () => {
      const error = await rejectsWith('shell.notfound', shell().run(['muster-no-such-program', 'x']));
      assert.equal(error.facts.program, 'muster-no-such-program');
    });

    test('a missing folder is not mistaken for a missing program', async () => {
      const error = await rejectsWith('shell.folder', shell().run(['pwd'], { cwd: '/no/such folder' }));
      assert.equal(error.facts.folder, '/no/such folder');
      assert.equal((await shell().run(['pwd'], { cwd: '/usr' })).stdout, '/usr\n');
    });

    test('a full disk is told apart', async () => {
      await rejectsWith('host.diskfull', shell().run(['sh', '-c', 'cat /etc/hostname >/dev/full']));
    });

    test('it refuses words that no system can start', async () => {
      await assert.rejects(shell().run([]), TypeError);
      await assert.rejects(shell().run(['-x']), TypeError);
      await assert.rejects(shell().run(['echo', 'a\0b']), TypeError);
      await assert.rejects(shell().run(['echo'], { env: { 'A=B;id': 'x' } }), TypeError);
    });

    test('it passes the environment and the mark', async () => {
      const env = { GREETING: "it's\n$HOME", EMPTY: '' };
      const marked = shell().marked('r-1.deploy');
      assert.equal((await marked.run(['printenv', 'GREETING'], { env })).stdout, "it's\n$HOME\n");
      assert.equal((await marked.run(['printenv', 'MUSTER_MARK'], { env })).stdout, 'r-1.deploy\n');
      assert.equal((await shell().run(['printenv', 'MUSTER_MARK'], { accept: [1] })).code, 1);
    });

    test('aborting and running out of time end a program', async () => {
      const abort = new AbortController();
      const aborted = rejectsWith('shell.aborted', shell().run(['sleep', '600'], { signal: abort.signal }));
      const late = rejectsWith('shell.timeout', shell().run(['sleep', '600'], { timeout: 300 }));
      abort.abort();
      assert.equal((await aborted).facts.program, 'sleep');
      assert.equal((await late).facts.limit, '300 ms');
      await rejectsWith('shell.aborted', shell().run(['sleep', '600'], { signal: abort.signal }));
    });

    test('what onLine throws comes out of run', async () => {
      const onLine = () => {
        throw new RangeError('mine');
      };
      await assert.rejects(shell().run(['sh', '-c', 'echo x; sleep 1'], { onLine }), RangeError);
    });

    test('a socket where nobody listens refuses', async () => {
      await assert.rejects(shell().connect('/no/such.sock'), (error: NodeJS.ErrnoException) =>
        ['ENOENT', 'ECONNREFUSED'].includes(error.code ?? ''),
      );
    });

    if (!processes) return;
    streamConformance(shell);
    processConformance(shell, open);
  });
}

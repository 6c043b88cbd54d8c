/** The connection to a host over ssh is lost in the middle of a step: the run ends once, says the truth, and leaves nothing behind. */
import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { SayEvent } from '../../src/bot/console/socket.ts';
import type { Said } from './muster.ts';
import { lacksSshCloud, openSshCloud, type SshCloud } from './ssh-cloud.ts';
import { markedBy, waitFor } from './wait.ts';

describe('when the connection to a host is lost', { skip: lacksSshCloud() }, () => {
  let cloud: SshCloud;
  let mute: Server;
  const callers = new Set<Socket>();

  before(async () => {
    cloud = await openSshCloud();
    mute = createServer((socket) => callers.add(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    await cloud.configure(
      { web: cloud.host() },
      {
        hello: `{repository: ${cloud.repository}, hosts: [web]}`,
        waiting: `{repository: 'https://127.0.0.1:${port}/app.git', hosts: [web]}`,
      },
    );
    await cloud.muster.start();
    assert.equal((await cloud.muster.say('/deploy hello')).exit, 0);
  });
  after(async () => {
    await cloud?.stop();
    for (const socket of callers) socket.destroy();
    mute?.close();
  });

  test('in a build, the deploy fails with that reason, the app still answers, and the next deploy succeeds', async () => {
    const before = await cloud.running();
    const { run, exit, result } = await struck('/deploy hello slow', writes('begun'));
    assert.deepEqual([exit, result.status, result.code], [1, 'failed', 'host.unreachable']);
    assert.equal(result.text, 'web does not answer: the connection was lost');
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await cloud.running(), before);
    assert.equal(await cloud.page(), 'one');
    assert.equal((await cloud.muster.say('/deploy hello two')).exit, 0);
    assert.equal(await cloud.page(), 'two');
  });

  test('in the wait for health, Muster connects again, and goes on waiting until the app is healthy', async () => {
    const time = enters('healthy');
    let lost = false;
    const { exit, result } = await struck('/deploy hello pending', async (events) => {
      if (lost)
        await cloud.engine.docker('exec', await cloud.running(), 'mkdir', '-p', '/go').catch(() => {});
      const now = time(events);
      lost ||= now;
      return now;
    });
    assert.equal(exit, 0, result.text);
    assert.equal(await cloud.page(), 'pending');
  });

  test('at every try to fetch, the deploy fails, and none of the programs it was lost to goes on', async () => {
    let calls = 0;
    const { run, exit, result } = await struck(`/deploy waiting ${'a'.repeat(40)}`, () => {
      const again = callers.size > calls;
      calls = callers.size;
      return again;
    });
    assert.deepEqual([exit, result.status, result.code], [1, 'failed', 'host.unreachable']);
    assert.equal(calls, 3);
    assert.deepEqual(await markedBy(run), []);
  });

  test('while a log is followed, it is said that it was the connection, not the engine', async () => {
    const { exit, result } = await struck('/logs hello --follow', async () => (await cloud.streams()) > 0);
    assert.deepEqual([exit, result.status, result.code], [1, 'failed', 'host.unreachable']);
  });

  /** Says a line, and ends whatever serves connections at the host each time it is time; the run has to end exactly once. */
  async function struck(line: string, time: Time): Promise<Said & { run: string }> {
    const events: SayEvent[] = [];
    let over = false;
    const said = cloud.muster
      .say(line, (event) => events.push(event))
      .finally(() => {
        over = true;
      });
    let ended = 0;
    await waitFor(`${line} to end`, async () => {
      if (!over && (await time(events))) {
        for (const pid of await cloud.sshd.serving()) {
          try {
            process.kill(pid, 'SIGKILL');
            ended += 1;
          } catch {
            // It ended by itself in this moment.
          }
        }
      }
      return over;
    });
    const { exit, result } = await said;
    assert.notEqual(ended, 0, 'no connection was struck');
    const run = result.run as string;
    const { stdout } = await cloud.muster.run('audit', 'export');
    const records = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    assert.equal(records.filter((record) => record.run === run && record.kind === 'outcome').length, 1);
    assert.equal(events.filter((event) => event.type === 'ended').length, 1);
    return { run, exit, events, result };
  }
});

/** Whether it is time to strike. */
type Time = (events: readonly SayEvent[]) => boolean | Promise<boolean>;

/** Once: when a run has written this line. */
const writes = (line: string) => once((event) => event.type === 'lines' && event.lines.includes(line));

/** Once: when a run has entered this stage of a deploy. */
const enters = (stage: string) => once((event) => event.type === 'step' && event.step === `deploy.${stage}`);

function once(sign: (event: SayEvent) => boolean): (events: readonly SayEvent[]) => boolean {
  let over = false;
  return (events) => {
    const now = !over && events.some(sign);
    over ||= now;
    return now;
  };
}

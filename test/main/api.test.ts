/** The API as `muster start` keeps it: it follows the configuration, secrets and certificates, and tells what hinders it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Alarm } from '../../src/alarm.ts';
import { Config } from '../../src/config/config.ts';
import { openIdentity } from '../../src/identity.ts';
import type { Runs } from '../../src/jobs/runs.ts';
import type { Log } from '../../src/log.ts';
import { keepApi } from '../../src/main/api.ts';
import { shownBy } from '../../src/pinned.ts';
import { Scrubber } from '../../src/secret.ts';
import { freePort } from '../integration/app.ts';
import { liveState } from '../jobs/live-state.ts';
import { until } from '../until.ts';

const SECRET = 'a-token-0123456789-0123456789';
const quiet = () => {};

describe('the API of muster start', () => {
  let folder: string;
  let config: Config;
  let kept: Awaited<ReturnType<typeof keepApi>>;
  const raised = new Map<string, Alarm>();
  const scrubber = new Scrubber();
  const set = (api: object) => {
    config = { ...Config.parse({ people: { reem: { identities: {}, roles: [] } }, api }), folder };
  };
  const tokens = { script: { secret: 'file:token', person: 'reem' } };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-api-'));
    await writeFile(join(folder, 'token'), `${SECRET}\n`);
    set({});
    kept = await keepApi({
      ...{ config: () => config, logs: () => undefined, runs: {} as Runs, state: liveState(), scrubber },
      audit: { append: async () => {} },
      alerts: {
        raise: async (alarm) => void raised.set(alarm.key, alarm),
        clear: async (key) => void raised.delete(key),
      },
      ...{ environment: {}, log: { info: quiet, warn: quiet, error: quiet } as unknown as Log },
      every: { look: 10, renew: 20 },
      patience: { strangers: 1 },
    });
  });
  after(async () => {
    await kept?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The status of an answer, or why there is none. */
  const asked = (port: number, secret = SECRET): Promise<number | string> =>
    fetch(`http://127.0.0.1:${port}/v1/openapi.json`, {
      headers: { Authorization: `Bearer ${secret}` },
    }).then(
      (response) => response.arrayBuffer().then(() => response.status),
      (error) => error.cause.code,
    );

  test('it listens where the configuration says, as soon and as long as it has tokens', async () => {
    const [first, second] = [await freePort(), await freePort()];
    assert.equal(await asked(first), 'ECONNREFUSED');
    set({ listen: `127.0.0.1:${first}`, tokens });
    await until(async () => (await asked(first)) === 200);
    assert.equal(scrubber.text(`it is ${SECRET}`), 'it is [redacted]');
    set({ listen: `127.0.0.1:${second}`, tokens });
    await until(async () => (await asked(second)) === 200);
    assert.equal(await asked(first), 'ECONNREFUSED');
    set({ listen: `127.0.0.1:${second}` });
    await until(async () => (await asked(second)) === 'ECONNREFUSED');
    assert.equal(raised.size, 0);
  });

  test('a token whose file is written anew is another one; one that is not there is an alert, and the others count', async () => {
    const port = await freePort();
    set({ listen: `127.0.0.1:${port}`, tokens: { ...tokens, lost: { secret: 'env:LOST', person: 'reem' } } });
    await until(async () => (await asked(port)) === 200);
    const [alarm] = await until(() => raised.size > 0 && [...raised.values()]);
    assert.match(`${alarm?.lines}`, /api\.tokens\.lost\.secret/);
    const other = `${SECRET}-other`;
    await writeFile(join(folder, 'token'), other);
    await until(async () => (await asked(port, other)) === 200);
    assert.equal(await asked(port), 401);
    await writeFile(join(folder, 'token'), SECRET);
    set({ listen: `127.0.0.1:${port}`, tokens });
    await until(() => raised.size === 0);
  });

  test('where something else listens there is an alert until it is gone', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    set({ listen: `127.0.0.1:${port}`, tokens });
    const [alarm] = await until(() => raised.size > 0 && [...raised.values()]);
    assert.match(`${alarm?.lines}`, /EADDRINUSE/);
    other.close();
    await until(async () => (await asked(port)) === 200);
    await until(() => raised.size === 0);
  });

  test('over HTTPS it shows the certificate that is in the file, also another one later; a broken one is an alert', async () => {
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => openIdentity(join(folder, 'keys'), name)),
    );
    const write = (certificate = '', key = '') =>
      Promise.all([writeFile(join(folder, 'c.pem'), certificate), writeFile(join(folder, 'k.pem'), key)]);
    const port = await freePort();
    const shown = () =>
      new Promise((resolve) => {
        const agent = new Agent({ rejectUnauthorized: false });
        get({ host: '127.0.0.1', port, agent }, (response) => {
          const socket = response.socket as Parameters<typeof shownBy>[0];
          resolve(shownBy(socket));
          agent.destroy();
        }).on('error', () => resolve(undefined));
      });
    await write(one?.certificate, one?.key);
    set({ listen: `127.0.0.1:${port}`, tokens, tls: { certificate: 'c.pem', key: 'k.pem' } });
    await until(async () => (await shown()) === one?.fingerprint);
    await write(two?.certificate, two?.key);
    await until(async () => (await shown()) === two?.fingerprint);
    await write('no certificate', two?.key);
    const [alarm] = await until(() => raised.size > 0 && [...raised.values()]);
    assert.match(`${alarm?.lines}`, /certificate of the API does not work/);
    assert.equal(await shown(), two?.fingerprint);
    await write(one?.certificate, one?.key);
    await until(() => raised.size === 0);
  });
});

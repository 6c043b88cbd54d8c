/** Whether a machine is on, as answers tell it that cannot wait for a run. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Config } from '../../src/config/config.ts';
import { Machine } from '../../src/config/machines.ts';
import { MusterError } from '../../src/errors.ts';
import { overShell } from '../../src/jobs/carry-out.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { powerLook } from '../../src/wire/power.ts';
import { fakeShell, type Scripted } from '../fakes/shell.ts';

const config = Config.parse({ hosts: { genesis: { link: 'local' } }, boot: { host: 'genesis' } });
const command = { kind: 'command', onArgv: ['relay', 'on'], offArgv: ['relay', 'off'] };
const told = Machine.parse({ power: { ...command, statusArgv: ['relay', 'status'] } });
const MINUTE = 60_000;

describe('whether a machine is on', () => {
  const open = (programs: Record<string, Scripted>, soon = MINUTE) => {
    const shell = fakeShell({ host: 'genesis', programs });
    const where = { shell, root: '/nowhere', tools: {}, loginTo: () => undefined };
    const site = overShell({ ...where, guarding: undefined as never });
    const look = powerLook({
      links: {
        reach: async (host) => {
          if (host !== 'genesis') throw new MusterError('config.unknown', { kind: 'host', name: host });
          return site;
        },
      },
      config: () => config,
      secret: async () => new Secret('long-and-secret'),
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      soon,
    });
    return { look, shell };
  };

  it('is what its power says', async () => {
    for (const state of ['on', 'off'] as const) {
      const { look } = open({ 'relay status': { stdout: `${state}\n` } });
      assert.equal(await look('node-7', told), state);
    }
    const { look, shell } = open({});
    assert.equal(await look('node-7', Machine.parse({ power: command })), 'unknown');
    assert.equal(await look('node-7', Machine.parse({ power: { kind: 'wake' } })), 'unknown');
    assert.deepEqual(shell.calls, []);
  });

  it('is asked with the password of its controller, which no program is told by its arguments', async () => {
    const power = { kind: 'ipmi', address: '10.0.0.107', user: 'muster', password: 'env:BMC' };
    const programs = () => ({ stdout: 'Chassis Power is on\n' });
    const { look, shell } = open(programs as never);
    assert.equal(await look('node-7', Machine.parse({ power })), 'on');
    const [call] = shell.calls;
    assert.equal(call?.env.IPMI_PASSWORD, 'long-and-secret');
    assert.ok(!call.argv.join(' ').includes('long-and-secret'));
  });

  it('is unknown where nobody can tell, and where nobody tells soon: that is ended', async () => {
    const broken = open({ 'relay status': { code: 1, stderr: 'no relay' } });
    assert.equal(await broken.look('node-7', told), 'unknown');
    const elsewhere = Machine.parse({ power: { kind: 'libvirt', on: 'big-9' } });
    assert.equal(await broken.look('node-7', elsewhere), 'unknown');
    const hangs = open({ 'relay status': { delay: Number.POSITIVE_INFINITY } }, 20);
    assert.equal(await hangs.look('node-7', told), 'unknown');
  });
});

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { engineFor } from '../../../src/adapters/dockerd/commands.ts';
import { dockerd } from '../../../src/adapters/dockerd/dockerd.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { service } from '../../../src/adapters/service/service.ts';
import { startEngine } from '../../../src/jobs/host/start.ts';
import { preparePlan } from '../../../src/jobs/plans/prepare.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';
import { endEngine } from '../end-engine.ts';
import { stepsOf } from '../steps-of.ts';

describe('an engine of our own, for real', { skip: needs(['dockerd', 'ip', 'root']) }, () => {
  const root = mkdtempSync(join(tmpdir(), 'muster-start-'));
  const socket = join(root, 'docker.sock');
  const tools = { docker: { socket } };
  const { pidFile } = engineFor({ socket, root });
  const shell = localShell({ host: 'local' });
  after(async () => {
    await endEngine(root, socket);
    await shell.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('starts once, answers, and outlives the step that started it', async () => {
    const marked = shell.marked('engine-test');
    const first = await startEngine.perform({ host: 'local' }, desk(marked, root).context, tools);
    const pid = readFileSync(pidFile, 'utf8');
    assert.deepEqual(await shell.sweep('engine-test'), []);
    const second = await startEngine.perform({ host: 'local' }, desk(marked, root).context, tools);
    assert.deepEqual([first, second], [{ started: true }, { started: false }]);
    assert.equal(readFileSync(pidFile, 'utf8'), pid);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    assert.doesNotMatch(environment, /MUSTER_MARK/);
  });

  it('is not started a second time while its process lives', async () => {
    const pid = readFileSync(pidFile, 'utf8');
    const program = (await dockerd.open({ shell, options: { socket } }).program()) as string;
    const words = engineFor({ socket, root }).arguments;
    const log = join(root, 'second.log');
    await service.open({ shell, options: {} }).launch({ program, arguments: words, pidFile, log });
    assert.equal(readFileSync(pidFile, 'utf8'), pid);
    assert.equal(existsSync(log), false);
    assert.equal(await dockerd.open({ shell, options: { socket } }).answers(), true);
  });

  it('leaves a whole preparation nothing to do', async () => {
    const plan = preparePlan({ host: 'local', needs: ['engine', 'running', 'space'] });
    const notes: string[] = [];
    for (const { step, input } of stepsOf(plan)) {
      const at = desk(shell, root);
      await step.perform(input, at.context, tools);
      notes.push(...at.notes);
    }
    assert.deepEqual(notes, ['local has everything it needs']);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { dockerd } from '../../../src/adapters/dockerd/dockerd.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { ownClient } from '../../../src/jobs/build/client.ts';
import { CLIENT_LABEL, importBase, SHA_LABEL } from '../../../src/jobs/build/import.ts';
import { BASE_EPOCH } from '../../../src/jobs/build/recipe.ts';
import { buildRoot } from '../../../src/jobs/build/root.ts';
import { Shelf } from '../../../src/jobs/build/shelf.ts';
import { startEngine } from '../../../src/jobs/host/start.ts';
import type { Shell } from '../../../src/shell.ts';
import { humanDuration, humanSize } from '../../../src/units.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';
import { endEngine } from '../end-engine.ts';

const skip = needs(['mmdebstrap', 'dockerd', 'ip', 'root']);

/** Command lines of live processes that work in a folder, by what their environment says. */
function processesOf(folder: string): string[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`TMPDIR=${folder}/images`))
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

describe('the base image, built and imported for real', { skip }, () => {
  const root = mkdtempSync(join(tmpdir(), 'muster-build-'));
  const socket = join(root, 'docker.sock');
  const tools = { docker: { socket } };
  let shell: Shell;

  before(async () => {
    shell = localShell({ host: 'local' });
    await startEngine.perform({ host: 'local' }, desk(shell, root).context, tools);
  });
  after(async () => {
    await endEngine(root, socket);
    await shell.close();
    rmSync(root, { recursive: true, force: true });
  });

  const docker = (...words: string[]) =>
    execFileSync('docker', ['--host', `unix://${socket}`, ...words], { encoding: 'utf8' });

  it('leaves no process, mount or file when it is cancelled in the middle', async () => {
    const control = new AbortController();
    const { context, lines } = desk(shell.marked('build-cancel'), root, control.signal);
    const line = context.report.line;
    let busy: string[] = [];
    context.report.line = (text) => {
      line(text);
      if (!text.startsWith('I: extracting archives')) return;
      busy = processesOf(root);
      control.abort();
    };
    await assert.rejects(buildRoot.perform({ host: 'local' }, context, tools), { code: 'shell.aborted' });
    assert.ok(!lines.some((text) => text.startsWith('I: success')));
    assert.ok(busy.length > 0, 'the build was running when it was cancelled');
    assert.deepEqual(processesOf(root), []);
    assert.ok(!readFileSync('/proc/self/mounts', 'utf8').includes(`${root}/images`));
    assert.equal(existsSync(new Shelf(shell, root).workshop), false);
    assert.equal(await new Shelf(shell, root).current(), undefined);
  });

  it('refuses to import before anything was built, and says what to type', async () => {
    const importing = importBase.perform({ host: 'local' }, desk(shell, root).context, tools);
    await assert.rejects(importing, { code: 'image.missing', hint: '/build base' });
  });

  it('builds a small root file system, tells how far it is, and keeps it', async (t) => {
    const { context, shares } = desk(shell, root);
    const began = Date.now();
    const built = await buildRoot.perform({ host: 'local' }, context, tools);
    t.diagnostic(`built in ${humanDuration(Date.now() - began)}, ${humanSize(built.bytes)}, ${built.sha256}`);
    assert.ok(built.bytes > 100e6 && built.bytes < 210e6, `${built.bytes} bytes`);
    for (const wanted of ['busybox-static ', 'nodejs 22.', 'tini '])
      assert.ok(built.packages.some((name: string) => name.startsWith(wanted)));
    assert.ok(!built.packages.some((name: string) => name.startsWith('perl-modules')));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(readdirSync(join(root, 'images', 'base')).sort(), [built.key, 'current'].sort());
    const listing = execFileSync('tar', ['-tf', new Shelf(shell, root).archive(built.key)], {
      encoding: 'utf8',
    });
    assert.match(listing, /^\.\/usr\/bin\/busybox$/m);
    assert.doesNotMatch(listing, /^\.\/etc\/(?:hostname|resolv\.conf)$/m);
    assert.doesNotMatch(listing, /^\.\/(?:usr\/share\/man\/man1\/.+|var\/lib\/apt\/lists\/.*_Packages.*)$/m);
  });

  it('does not build again what has not changed', async () => {
    const { context, notes, lines } = desk(shell, root);
    await buildRoot.perform({ host: 'local' }, context, tools);
    assert.match(notes.join('\n'), /nothing has changed since the build of \d{4}-\d\d-\d\d/);
    assert.ok(!lines.some((line) => line.startsWith('I: extracting')));
  });

  it('imports it, dated and as latest, with the hub to start commands as a user who is nobody in particular', async (t) => {
    const { context, notes } = desk(shell, root);
    const built = await new Shelf(shell, root).current();
    const began = Date.now();
    const { size } = await importBase.perform({ host: 'local' }, context, tools);
    t.diagnostic(`imported in ${humanDuration(Date.now() - began)}, ${humanSize(size)}`);
    assert.match(
      notes.join('\n'),
      /^muster\/base \d+ MB \(\d{4}-\d\d-\d\d-[0-9a-f]{7}\): Debian 12, Node\.js 22\.\S+, hub [0-9a-f]{7}$/m,
    );
    const [image] = JSON.parse(docker('image', 'inspect', 'muster/base:latest'));
    assert.equal(image.Config.Labels[SHA_LABEL], built?.sha256);
    assert.equal(image.Config.Labels[CLIENT_LABEL], (await ownClient(BASE_EPOCH)).sha256);
    assert.deepEqual(image.Config.Entrypoint, ['/usr/bin/hub', 'run', '--']);
    assert.deepEqual(image.Config.Cmd, ['bash']);
    assert.equal(image.RepoTags.length, 2);
    assert.match(docker('run', '--rm', '--network', 'none', 'muster/base', 'id'), /^uid=1000\(app\)/m);
  });

  it('keeps the exit code of what it starts, with the Node that it has', () => {
    const end = () => docker('run', '--rm', '--network', 'none', 'muster/base', 'sh', '-c', 'kill -TERM $$');
    assert.throws(end, { status: 143 });
    assert.match(
      docker('run', '--rm', '--network', 'none', 'muster/base', 'hub', '--help'),
      /^hub run -- COMMAND/,
    );
  });

  it('leaves nothing beside it: no container, and no image that nothing stands on', async () => {
    assert.equal(docker('ps', '--all', '--quiet'), '');
    assert.equal(docker('image', 'ls', '--quiet', '--filter', 'dangling=true'), '');
  });

  it('imports nothing twice', async () => {
    const { context, notes } = desk(shell, root);
    // Those of the same second are in any order.
    const all = () => docker('image', 'ls', '--all', '--quiet', '--no-trunc').split('\n').sort();
    const before = all();
    await importBase.perform({ host: 'local' }, context, tools);
    assert.match(notes.join('\n'), /muster\/base is up to date/);
    assert.deepEqual(all(), before);
  });

  it('says that the engine is down where it is', async () => {
    const nowhere = { docker: { socket: join(root, 'nowhere.sock') } };
    assert.equal(await dockerd.open({ shell, options: { socket: nowhere.docker.socket } }).answers(), false);
    const importing = importBase.perform({ host: 'local' }, desk(shell, root).context, nowhere);
    await assert.rejects(importing, { code: 'engine.down' });
  });
});

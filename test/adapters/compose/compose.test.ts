import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { configArgv, type Project, STANDALONE } from '../../../src/adapters/compose/commands.ts';
import { compose } from '../../../src/adapters/compose/compose.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Shell } from '../../../src/shell.ts';
import { lacksEngine } from '../../engine.ts';

describe('the compose file of an app', { skip: lacksEngine('docker-compose') }, () => {
  const root = mkdtempSync(join(tmpdir(), 'muster-compose-'));
  const source = join(root, 'source');
  const empty = join(root, 'empty.env');
  let shell: Shell;
  let tool: ReturnType<typeof compose.open>;

  before(() => {
    const environment = { ...process.env, HOSTS_OWN: 'hunter22' };
    shell = localShell({ host: 'local', environment });
    tool = compose.open({ shell, options: { socket: '/nowhere.sock' } });
    writeFileSync(empty, '');
    mkdirSync(source);
  });
  afterEach(() => {
    rmSync(source, { recursive: true, force: true });
    mkdirSync(source);
  });
  after(async () => {
    await shell.close();
    rmSync(root, { recursive: true, force: true });
  });

  const write = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), text);
    }
  };
  const names = { app: 'shop', generation: 'r-aa', run: 'r-bb', commit: 'c'.repeat(40) };
  const work = (files: Record<string, string>, path = 'compose.yaml') => {
    write(files);
    return tool.canonicalise({ ...names, source, path, empty });
  };
  // biome-ignore lint/suspicious/noExplicitAny: what Compose prints is looked at field by field.
  const services = (text: string): Record<string, any> => parse(text).services;
  const refused = (yaml: string, message: RegExp, more: Record<string, string> = {}) =>
    assert.rejects(work({ 'compose.yaml': yaml, ...more }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'compose.invalid');
      assert.match(error.message, message);
      assert.ok(!error.message.includes('\n') && !error.message.includes(root), error.message);
      return true;
    });

  it('is named and labelled where it is built, and only says whose it is where it is not', async () => {
    const { text, services: list } = await work({
      'compose.yaml':
        'services:\n  web_1: {build: ., labels: [mine=1]}\n  db: {image: "postgres:16", labels: {mine: "2"}}\n',
    });
    const { web_1: web, db } = services(text);
    assert.match(web.image, /^muster-shop-web-1-[0-9a-f]{8}:r-aa$/);
    assert.deepEqual(web.labels, {
      mine: '1',
      'muster.app': 'shop',
      'muster.generation': 'r-aa',
      'muster.run': 'r-bb',
    });
    assert.equal(db.image, 'postgres:16');
    assert.deepEqual(db.labels, { mine: '2', 'muster.app': 'shop' });
    assert.deepEqual(list.map(({ name, built }) => [name, built]).sort(), [
      ['db', false],
      ['web_1', true],
    ]);
  });

  it('means the same when Compose reads what it wrote', async () => {
    const { text } = await work({
      'compose.yaml': `
services:
  web:
    build: {context: ., args: {PRICE: "5$$", ON: "yes"}}
    command: ["sh", "-c", "echo $$HOME '12:30' 0o17 \\"on\\" ü 😀 \\t"]
    environment: {A: "no", B: "1e3", C: "0x1f", D: "null", E: "~", F: "2001-01-01", G: "22:22", H: "010"}
    ports: ["127.0.0.1:8080:80", "9000-9001:9000-9001/udp"]
    depends_on: {db: {condition: service_healthy}}
    mem_limit: 64m
    volumes: ["data:/data", "./conf:/conf:ro"]
  db: {image: "x", healthcheck: {test: "exit 0", interval: 1m30s}}
volumes: {data: {}}
`,
    });
    const file = join(root, 'again.yaml');
    writeFileSync(file, text);
    const project: Project = { name: 'shop', file, folder: source, envFile: empty };
    const again = async () => {
      const argv = configArgv(STANDALONE, project, { path: process.env.PATH ?? '', home: '/' });
      return parse((await shell.run(argv)).stdout);
    };
    assert.deepEqual(await again(), parse(text));
    const { web } = services(text);
    assert.equal(web.build.args.PRICE, '5$$');
    assert.equal(web.command[2], `echo $$HOME '12:30' 0o17 "on" ü 😀 \t`);
    assert.equal(web.environment.A, 'no');
    assert.equal(web.environment.G, '22:22');
  });

  it('sees nothing of the environment of the host', async () => {
    const { text, notes } = await work({
      'compose.yaml': `services:\n  web:\n    image: "x:\${HOSTS_OWN:-1}"\n    environment: [HOSTS_OWN, "B=$HOSTS_OWN"]\n`,
    });
    assert.ok(!text.includes('hunter22'));
    assert.equal(services(text).web.image, 'x:1');
    assert.deepEqual(services(text).web.environment, { B: '' });
    assert.deepEqual(notes, ['compose.yaml uses HOSTS_OWN, which is not set']);
  });

  it('sees the values that the repository itself has beside it', async () => {
    const files = {
      '.env': 'TAG=7\nCOMPOSE_FILE=other.yaml\n',
      'compose.yaml': 'services: {web: {image: "x:$TAG"}}',
    };
    assert.equal(services((await work(files)).text).web.image, 'x:7');
  });

  it('may lie in a folder of the repository', async () => {
    const { text } = await work({ 'deploy/app.yaml': 'services: {web: {build: ..}}' }, 'deploy/app.yaml');
    assert.equal(services(text).web.build.context, source);
  });

  it('has to be there', async () => {
    await assert.rejects(work({}), {
      code: 'compose.missing',
      message: 'shop has no compose.yaml at ccccccc',
    });
  });

  it('has to be YAML; where it is not, the line is named', async () => {
    await refused('services:\n  web:\n   image: x\n  foo\n', /at line 4/);
    await refused('services: {-x: {image: x}}', /"-x" is not a name for a service$/);
    await refused('- a\n- b\n', /not a map with services$/);
    await refused('', /not a map with services$/);
  });

  it('has to be what Compose knows', async () => {
    await refused('services: {web: {imag: x}}', /is not valid: .*'imag'/);
    await refused(`services: {web: {image: "\${X?say which}"}}`, /say which$/);
    await refused('services: {}', /no services$/);
  });

  it('must not lead out of its repository', async () => {
    writeFileSync(join(root, 'outside.env'), 'PASSWORD=hunter22\n');
    const out = / leads out of the repository$/;
    await refused('services: {web: {image: x, env_file: ../outside.env}}', out);
    await refused('services: {web: {image: x, env_file: [./a/../../outside.env]}}', out);
    await refused('services: {web: {build: ..}}', out);
    await refused('services: {web: {build: {context: ., dockerfile: ../Dockerfile}}}', out);
    await refused('services: {web: {image: x, volumes: ["../:/all"]}}', out);
    await refused('services: {web: {image: x, volumes: [{type: bind, source: ../.., target: /all}]}}', out);
    await refused('services: {web: {build: $UP}}', out, { '.env': 'UP=../../../../..\n' });
    await refused('services: {web: {image: x, env_file: $UP}}', /has a variable in a path$/, {
      '.env': 'UP=..\n',
    });
    await refused('secrets: {s: {file: ../outside.env}}\nservices: {web: {image: x, secrets: [s]}}', out);
    await refused('services: {web: {extends: {file: more.yaml, service: web}}}', out, {
      'more.yaml': 'services: {web: {image: x, env_file: ../outside.env}}',
    });
  });

  it('must not lead out of its repository by a committed link', async () => {
    writeFileSync(join(root, 'outside.yaml'), 'services: {web: {image: x}}');
    symlinkSync(join(root, 'outside.yaml'), join(source, 'compose.yaml'));
    await assert.rejects(tool.canonicalise({ ...names, source, path: 'compose.yaml', empty }), {
      message: 'the compose file of shop is not valid: compose.yaml leads out of the repository',
    });
    rmSync(join(source, 'compose.yaml'));
    symlinkSync('/etc', join(source, 'conf'));
    await refused(
      'services: {web: {image: x, volumes: ["./conf:/conf"]}}',
      /conf leads out of the repository$/,
    );
  });

  it('may name absolute paths of the host, which an operator chose', async () => {
    const { text } = await work({
      'compose.yaml': 'services: {web: {image: x, volumes: ["/srv/data:/data"]}}',
    });
    assert.deepEqual(services(text).web.volumes, ['/srv/data:/data:rw']);
  });
});

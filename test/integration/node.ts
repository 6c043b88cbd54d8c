/** Two hosts of a test's own, on one switch and in one overlay network: Muster runs on `desk`, and `node` has a real sshd. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noSshd } from '../adapters/ssh/sshd.ts';
import { type OwnSshd, startOwnSshd } from '../adapters/sshd/own-sshd.ts';
import { lacksEngine, startEngine } from '../engine.ts';
import { startHosts, type TestHost } from '../hosts.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
/** Where the node is reached from outside, and in the network. */
export const OUTSIDE = '192.0.2.2';
export const INSIDE = '10.80.0.5';

/** Why it cannot be played here; false where it can. */
export const lacksNode = (): string | false =>
  needs(['redis-server', 'nft', 'wg', 'wireguard-go', 'ip', 'ping', 'root']) || lacksEngine() || noSshd;

export interface NodeStage {
  muster: TestMuster;
  sshd: OwnSshd;
  node: TestHost;
  /** Writes the configuration, and has Muster take it over where it runs. */
  configure(parts?: { behind?: string; rules?: string; firewall?: boolean }): Promise<void>;
  /** Says a line that has to work; gives what its steps told. */
  does(line: string): Promise<string[]>;
  /** Whether somebody on Muster's machine hears the sshd of the node, from outside and in the network. */
  places(): Promise<{ outside: boolean; inside: boolean }>;
  /** Ends Muster at once; its Redis lives on. */
  killMuster(): Promise<void>;
  startMuster(): Promise<void>;
  stop(): Promise<void>;
}

/** With `guardian` it keeps the node's firewall; a timer on the node does by default. Muster is in the network already. */
export async function openNode({ guardian = false } = {}): Promise<NodeStage> {
  const [all, engine] = await Promise.all([startHosts(['desk', 'node']), startEngine()]);
  const [desk, node] = all.hosts as [TestHost, TestHost];
  const sshd = await startOwnSshd(node.shell, 22);
  const muster = await openMuster({});
  for (const host of all.hosts) await mkdir(host.root, { recursive: true });
  const inside: Promise<unknown>[] = [];
  const end = new AbortController();
  /** Runs Muster's program on a host; resolves with the first line that looks so. */
  const launch = (host: TestHost, sign: RegExp, ...args: string[]): Promise<RegExpExecArray> => {
    let found: RegExpExecArray | null = null;
    const onLine = (line: string) => {
      found ??= sign.exec(line);
    };
    const argv = [process.execPath, MAIN, ...args];
    inside.push(host.shell.run(argv, { signal: end.signal, onLine }).catch(() => {}));
    return until(() => found ?? undefined, String(sign));
  };
  let key = '';
  let running = false;
  const told = ({ events }: Said) =>
    events.flatMap((event) =>
      event.type === 'lines' ? event.lines : event.type === 'note' ? [event.text] : [],
    );
  /** Somebody who connects and says nothing hears who is there. */
  const hears = async (address: string) =>
    (await desk.run('sh', '-c', 'busybox nc -w 3 "$1" 22 </dev/null | head -c 3; true', 'sh', address)) ===
    'SSH';
  const stage: NodeStage = {
    ...{ muster, sshd, node },
    async configure({ behind = '[node]', rules = '{}', firewall = true } = {}) {
      const docker = { socket: engine.socket };
      const tools = { docker, sshd: sshd.options, rollback: { folder: join(muster.folder, 'firewall') } };
      const { keyFile, hostKey } = sshd;
      const way = { link: 'ssh', address: OUTSIDE, user: 'root', keyFile, hostKey, root: node.root, tools };
      const entry = { ...way, ...(guardian && { guardian: { address: OUTSIDE, key } }) };
      await muster.configure({
        'muster.yml': `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts:
  desk: {link: local, root: ${desk.root}, tools: ${JSON.stringify({ docker })}}
  node: ${JSON.stringify(entry)}
overlays:
  build: {kind: wireguard, network: 10.80.0.0/24, members: [desk, node], addresses: {node: ${INSIDE}}, endpoints: {desk: 192.0.2.1}, behind: ${behind}}
${firewall ? `firewall: {node: {hosts: [node], rules: ${rules}}}` : ''}
`,
      });
      if (running) await stage.does('/reload');
    },
    async does(line) {
      const said = await muster.say(line);
      if (said.exit !== 0) throw new Error(`${line}: ${said.result.text}\n${told(said).join('\n')}`);
      return told(said);
    },
    places: async () => ({ outside: await hears(OUTSIDE), inside: await hears(INSIDE) }),
    async killMuster() {
      await desk.run('pkill', '-KILL', '-f', 'main[.]js start');
      running = false;
    },
    async startMuster() {
      const folders = ['--config', join(muster.folder, 'config'), '--state', join(muster.folder, 'var')];
      const log = join(muster.folder, 'log');
      await launch(desk, /Muster is up/, 'start', ...folders, '--log', log);
      running = true;
    },
    async stop() {
      end.abort();
      await Promise.all(inside);
      await sshd.stop();
      await all.stop();
      // Its Redis was on the desk, where processes have other numbers.
      await rm(join(muster.folder, 'var'), { recursive: true, force: true });
      await muster.stop();
      await engine.stop();
    },
  };
  try {
    const trusted = (await muster.run('key')).stdout.trim();
    if (guardian) {
      const own = ['--state', join(muster.folder, 'guardian'), '--trust', trusted];
      key = (await launch(node, /Its key is (\S+)/, 'agent', 'guardian', ...own))[1] as string;
    }
    await stage.configure();
    await stage.startMuster();
    await stage.does('/overlay join build desk');
    return stage;
  } catch (error) {
    await stage.stop();
    throw error;
  }
}

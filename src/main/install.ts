/** `muster agent install`: prepares and starts the daemons of a host that was added in a chat. */
import { constants } from 'node:fs';
import { access, lchown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { localShell } from '../adapters/local/shell.ts';
import { keepToken } from '../agent/enrolment.ts';
import { trust } from '../agent/trusted.ts';
import { MusterError } from '../errors.ts';
import { openIdentity } from '../identity.ts';
import { Token } from '../jobs/enrolment/handshake.ts';
import { messages } from '../messages/messages.ts';
import { ROOT } from '../root.ts';
import { quote } from '../shell.ts';
import { checkKey, readListen } from './agent.ts';

/** What it is asked to do. */
export interface InstallOptions {
  trust: string[];
  token?: string;
  guardian?: boolean;
  /** What the guardian filters packets with. */
  backend: 'nftables' | 'ufw';
  /** Where the daemons listen, by port. */
  port: string;
  guardianPort: string;
  address: string;
  /** Where they keep their keys and what they know: a folder each. */
  state: string;
  /** The folder on the host that belongs to Muster. */
  root: string;
  /** Where units of systemd go. */
  units: string;
  /** False where nothing is to be started, as there is no systemd, or somebody else starts them. */
  systemd: boolean;
}

/** One of the two daemons. */
interface Daemon {
  name: 'worker' | 'guardian';
  state: string;
  args: string[];
  /** Whether it works by way of ufw, which takes other rights. */
  ufw: boolean;
}

/** Where systemd runs the machine, this folder is there (sd_booted(3)). */
const BOOTED = '/run/systemd/system';
const UNITS = new URL('systemd/', ROOT);
/** What is added to the guardian's unit where it works by way of ufw. */
const UFW = 'ufw.conf';

/** Rejects with `input.invalid`, `install.denied` where it lacks a right to a place, or as what starts them does. */
export async function install(options: InstallOptions): Promise<void> {
  try {
    await prepare(options);
  } catch (thrown) {
    const { code, path } = thrown as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw thrown;
    throw new MusterError('install.denied', { path: path ?? options.state }, { cause: thrown });
  }
}

async function prepare(options: InstallOptions): Promise<void> {
  const token = checkToken(options.token);
  const keys = options.trust.map(checkKey);
  const daemons = daemonsOf(options);
  // Whoever runs the guardian has to get into its folder, and reads nothing else there.
  await mkdir(resolve(options.state), { recursive: true, mode: 0o755 });
  const words = messages().hosts.install;
  const shown: string[] = [];
  for (const { name, state } of daemons) {
    await trust(state, keys);
    if (token !== undefined) await keepToken(state, token);
    const { fingerprint } = await openIdentity(join(state, 'keys'), name);
    await giveToOwner(state);
    shown.push(`    ${words[name]({ key: fingerprint })}`);
  }
  const place = program().at(-1) as string;
  const hidden = options.guardian && /^\/(?:home|root|run\/user)\//.test(place);
  const started = options.systemd && (await isThere(BOOTED));
  say(started ? await start(daemons, resolve(options.units)) : [words.byHand, ...daemons.map(commandLine)]);
  if (started && hidden) say([words.hidden({ file: place })]);
  say(['', words.keys, '', ...shown, '']);
}

/** What was written in a daemon's folder belongs to whom the folder belongs to: systemd may have given it to a user of its own. */
async function giveToOwner(state: string): Promise<void> {
  const { uid, gid } = await stat(state);
  for (const name of await readdir(state, { recursive: true }))
    await lchown(join(state, name), uid, gid).catch((error: NodeJS.ErrnoException) => {
      // A daemon that runs already may have removed it meanwhile.
      if (error.code !== 'ENOENT') throw error;
    });
}

function daemonsOf(options: InstallOptions): Daemon[] {
  const { guardian, backend, port, guardianPort, address, root } = options;
  const folder = resolve(options.state);
  const listen = (of: string) => {
    const at = readListen(`${address}:${of}`);
    return ['--listen', `${at.address}:${at.port}`];
  };
  const worker: Daemon = {
    name: 'worker',
    state: join(folder, 'worker'),
    args: ['--state', join(folder, 'worker'), '--root', resolve(root), ...listen(port)],
    ufw: false,
  };
  const second: Daemon = {
    name: 'guardian',
    state: join(folder, 'guardian'),
    args: ['--state', join(folder, 'guardian'), ...listen(guardianPort), '--backend', backend],
    ufw: backend === 'ufw',
  };
  if (guardian && Number(port) === Number(guardianPort))
    throw invalid(messages().hosts.install.samePort({ port }));
  return guardian ? [worker, second] : [worker];
}

/** Writes the units and has systemd start them, now and at every boot; one that runs starts anew. Gives what is said of it. */
async function start(daemons: readonly Daemon[], folder: string): Promise<string[]> {
  const words = messages().hosts.install;
  const shell = localShell({ host: 'localhost' });
  const names: string[] = [];
  const lines: string[] = [];
  try {
    for (const daemon of daemons) {
      const name = `muster-${daemon.name}.service`;
      const file = join(folder, name);
      await writeFile(file, unitOf(await readFile(new URL(name, UNITS), 'utf8'), daemon));
      const dropIn = join(`${file}.d`, UFW);
      await rm(dropIn, { force: true });
      if (daemon.ufw) {
        await mkdir(`${file}.d`, { recursive: true });
        const rights = await readFile(new URL(`${name}.d/${UFW}`, UNITS), 'utf8');
        // The unit itself starts what was asked for.
        await writeFile(dropIn, rights.replace(/^ExecStart=.*\n/gm, ''));
      }
      names.push(name);
      lines.push(words.unit({ file }));
    }
    await shell.run(['systemctl', 'daemon-reload']);
    await shell.run(['systemctl', 'enable', '--', ...names]);
    await shell.run(['systemctl', 'restart', '--', ...names]);
  } finally {
    await shell.close();
  }
  return [...lines, words.started({ units: names })];
}

/** A unit that starts this very program, in the folders that were asked for. */
export function unitOf(template: string, { name, args }: Pick<Daemon, 'name' | 'args'>): string {
  const command = [...program(), 'agent', name, ...args].map(unitWord).join(' ');
  return template.replace(/^ExecStart=.*$/m, () => `ExecStart=${command}`);
}

const commandLine = ({ name, args }: Daemon): string =>
  [...program(), 'agent', name, ...args].map(quote).join(' ');

/** How this program is run. */
const program = (): string[] => [process.execPath, ...process.execArgv, resolve(process.argv[1] as string)];

/** A word of a command line of systemd (systemd.service(5), COMMAND LINES): quoted, with nothing left to be replaced. */
const unitWord = (word: string): string =>
  /^[A-Za-z0-9/._:=@-]+$/.test(word)
    ? word
    : `"${word.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );

function checkToken(text: string | undefined): string | undefined {
  if (text === undefined || Token.safeParse(text).success) return text;
  throw invalid(messages().hosts.install.badToken);
}

const invalid = (problems: string): MusterError =>
  new MusterError('input.invalid', { problems, help: 'muster agent install --help' });

const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);

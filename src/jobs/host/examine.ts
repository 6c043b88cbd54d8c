/** Looks whether a host has what it needs. Changes nothing, and works over any link. */
import { dockerd } from '../../adapters/dockerd/dockerd.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Shell } from '../../shell.ts';
import { humanSize } from '../../units.ts';
import { NEED, type NeedName } from './needs.ts';

/** Less free space than this is worth a warning, bytes. */
const SPACE = 2_000_000_000;

export interface Finding {
  need: NeedName;
  ok: boolean;
  /** What there is: a version, a size. */
  found?: string;
  /** What to do where it is not ok: a command to type, or a sentence. */
  fix: string;
}

/** Where to look: Muster's folder on the host, and the engine's socket. */
export interface Whereabouts {
  root: string;
  socket: string;
}

/** Looks at each need in turn; rejects only where the host itself cannot be reached. */
export async function examine(
  shell: Shell,
  where: Whereabouts,
  needs: readonly NeedName[],
  signal?: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const need of needs) findings.push(await look(shell, where, need, signal));
  return findings;
}

async function look(
  shell: Shell,
  where: Whereabouts,
  need: NeedName,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const fix = `/prepare ${shell.host}`;
  const engine = dockerd.open({ shell, options: { socket: where.socket } });
  if (need === 'running') {
    const answer = await engine.answers().catch(asRefusal);
    return answer instanceof MusterError
      ? { need, ok: false, found: answer.message, fix: answer.hint }
      : { need, ok: answer, fix };
  }
  if (need === 'space') {
    const free = await freeSpace(shell, where.root, signal);
    const ok = free >= SPACE;
    return {
      need,
      ok,
      found: messages().reasons.free({ size: humanSize(free) }),
      fix: messages().reasons.freeSpace(shell),
    };
  }
  for (const probe of NEED[need].probes) {
    const found = await versionOf(shell, probe, signal);
    if (found !== undefined) return { need, ok: true, found, fix };
  }
  return { need, ok: false, fix };
}

/** A refusal as a value; anything else stays an error. */
function asRefusal(thrown: unknown): MusterError {
  if (thrown instanceof MusterError && thrown.code === 'host.denied') return thrown;
  throw thrown;
}

/** The version a program prints; undefined where it is not there or does not work. */
async function versionOf(
  shell: Shell,
  argv: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const { stdout } = await shell.run(argv, { signal, timeout: 20_000 });
    return (/\d+(?:\.\d+)+/.exec(stdout) ?? /\d{8}/.exec(stdout))?.[0];
  } catch (thrown) {
    if (
      thrown instanceof MusterError &&
      ['shell.notfound', 'shell.exit', 'host.denied'].includes(thrown.code)
    )
      return undefined;
    throw thrown;
  }
}

/** Bytes that are free where a folder is, or will be. */
async function freeSpace(shell: Shell, folder: string, signal?: AbortSignal): Promise<number> {
  const argv = (path: string) => ['df', '--output=avail', '--block-size=1', '--', path];
  const here = await shell.run(argv(folder), { signal, accept: [0, 1] });
  const { stdout } = here.code === 0 ? here : await shell.run(argv('/'), { signal });
  return Number(stdout.trim().split('\n').at(-1));
}

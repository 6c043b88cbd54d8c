/** Why a build failed, by a code with what is known of it. */
import { type Cause, causeOf } from '../../adapters/mmdebstrap/causes.ts';
import { MusterError } from '../../errors.ts';
import { printable } from '../../shell.ts';
import { suggest } from '../../suggest.ts';
import { readMark } from './setup.ts';

/** Lines of output that are looked at. */
const MOST_LINES = 500;
/** Lines that are shown of a hook that failed. */
const SHOWN = 20;

/** What a build has written last, and what it was at. */
export class Heard {
  readonly lines: string[] = [];
  doing: string | undefined;
  failed: { hook: string; status: string } | undefined;

  /** Takes a line. */
  hear(line: string): void {
    const { doing, failed } = readMark(line);
    // What the step before said does not tell why this one failed.
    if (doing !== undefined) {
      this.doing = doing;
      this.lines.length = 0;
    }
    if (failed) this.failed = failed;
    if (this.failed && !failed) return;
    this.lines.push(line);
    if (this.lines.length > MOST_LINES) this.lines.shift();
  }
}

/** The error of a build, named; `names` gives packages whose names begin alike. What nobody knows stays as it is. */
export async function explained(
  error: unknown,
  image: string,
  heard: Heard,
  names: (name: string) => Promise<string[]>,
): Promise<unknown> {
  if (!(error instanceof MusterError) || error.code !== 'shell.exit') return error;
  const { host } = error.facts;
  const own = heard.failed ? heard.lines.slice(-SHOWN - 1, -1) : error.lines;
  const named = (code: MusterError['code'], facts: MusterError['facts']) =>
    new MusterError(code, { image, host, ...facts }, { cause: error, lines: own });
  const cause = causeOf([...error.lines, ...heard.lines]);
  if (cause?.kind === 'full') return named('host.diskfull', {});
  if (heard.failed) return named('image.hook', { ...heard.failed });
  if (heard.doing === 'no kernel') return named('image.nokernel', {});
  if (heard.doing === 'no drivers') return named('image.nodrivers', {});
  if (cause) return byCause(cause, named, names);
  if (heard.doing === undefined || heard.doing === 'cleaning') return error;
  return named('image.setup', { message: printable(heard.doing) });
}

async function byCause(
  cause: Exclude<Cause, { kind: 'full' }>,
  named: (code: MusterError['code'], facts: MusterError['facts']) => MusterError,
  names: (name: string) => Promise<string[]>,
): Promise<MusterError> {
  switch (cause.kind) {
    case 'package': {
      const near = suggest(cause.name, await names(cause.name).catch(() => []));
      return named('image.package', { name: printable(cause.name), near });
    }
    case 'conflict':
      return named('image.conflict', { message: printable(cause.message) });
    case 'key':
      return named('image.key', { address: printable(cause.address), key: cause.keys.join(', ') });
    case 'dated':
      return named('image.dated', { address: printable(cause.address), message: printable(cause.message) });
    case 'archive':
      return named('image.archive', { address: printable(cause.address), message: printable(cause.message) });
  }
}

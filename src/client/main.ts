/** The program `hub` in a container: only this file reads its arguments and environment, and exits. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Identities, isMounted } from './identity.ts';
import { type Settings, settingsOf } from './settings.ts';
import { type Words, wordsOf } from './words.ts';

/** What was asked for is not understood, or cannot be done. */
const USAGE = 2;

/** How each is called. */
const FORMS = {
  run: 'hub run -- COMMAND...',
  config: 'hub config [fetch]',
  health: 'hub health STATUS [--check NAME=STATUS[=DETAIL]]... [--ttl SECONDS]',
  log: 'hub log [TEXT...]',
};

const [verb, ...words] = process.argv.slice(2);
const settings = settingsOf(process.env, process.getuid?.() ?? userInfo().username);

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`hub: ${error.message}\n`);
    process.exit(1);
  },
);

async function main(): Promise<number> {
  const { state, identities, speech } = open(settings);
  if (verb === 'run') {
    const argv = words[0] === '--' ? words.slice(1) : words;
    if (argv.length === 0) return misused(speech, 'run');
    const { run } = await import('./run/run.ts');
    const out = { stdout: process.stdout, stderr: process.stderr };
    return run({ argv, env: process.env, settings, state, identities, words: speech, out });
  }
  if (verb === undefined || verb === '--help' || verb === 'help') {
    for (const [command, line] of Object.entries(FORMS))
      process.stdout.write(`${line}\n    ${speech.usage[command as keyof typeof FORMS]}\n`);
    return verb === undefined ? USAGE : 0;
  }
  if (!['config', 'health', 'log'].includes(verb)) return misused(speech, verb);
  if (!identities) {
    process.stderr.write(`${speech.noIdentity({ folder: settings.folder })}\n`);
    return 1;
  }
  const { alone } = await import('./alone.ts');
  return alone({
    verb: verb as 'config',
    args: words,
    identities,
    state,
    settings,
    words: speech,
    ...process,
  });
}

/** Who this container is, where it may keep things, and in which language it speaks. */
function open({ folder, states }: Settings): { state?: string; identities?: Identities; speech: Words } {
  if (!isMounted(folder)) return { speech: wordsOf() };
  const state = states.find(isOurs);
  try {
    const identities = new Identities(folder, state);
    return { state, identities, speech: wordsOf(identities.current.place.language) };
  } catch (error) {
    const speech = wordsOf();
    process.stderr.write(`${speech.badIdentity({ folder, message: (error as Error).message })}\n`);
    return { state, speech };
  }
}

/** Makes a folder for nobody else's eyes, where that can be. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function misused(speech: Words, word: string): number {
  process.stderr.write(`${speech.badUsage({ word })}\n`);
  return USAGE;
}

/** Works out what an app's own compose file means, with the host's Compose and nothing else of the host. */
import { dirname, join } from 'node:path/posix';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { RunOptions, Shell } from '../../shell.ts';
import { finish, type Names, type Service } from './canonical.ts';
import { ANY_CODE, configArgv, environmentArgv, type Tool } from './commands.ts';
import { absoluteIn, type Fields, fields, isNamed, readByEngine, readDocument } from './document.ts';
import { type Published, publishedBy } from './published.ts';
import { reasonOf, unsetVariables } from './reason.ts';
import { Tree } from './tree.ts';

/** The app's own file: `path` inside the absolute `source`; `commit` and `app` for messages; `empty` is an empty file. */
export interface Written extends Names {
  source: string;
  path: string;
  commit: string;
  empty: string;
}

/** The file to run, its services, and what a person should know of it. */
export interface Canonical {
  text: string;
  services: Service[];
  notes: string[];
  /** The ports of the host that others reach by it. */
  published: Published[];
}

/** Rejects with `compose.missing` or `compose.invalid`. */
export async function canonicalise(
  shell: Shell,
  tool: Tool,
  written: Written,
  watch: Pick<RunOptions, 'signal'>,
): Promise<Canonical> {
  const { app, path, commit, source } = written;
  const invalid = (error: unknown) =>
    error instanceof MusterError
      ? error
      : new MusterError(
          'compose.invalid',
          { app, path, message: (error as Error).message },
          { cause: error },
        );
  try {
    const tree = await Tree.open(shell, source);
    const file = join(tree.folder, path);
    await tree.hold([file]);
    const text = await tree.read(file);
    if (text === undefined)
      throw new MusterError('compose.missing', { app, path, commit: commit.slice(0, 7) });
    const document = readDocument(text);
    if (document.include === undefined) check(document);
    await tree.holdDocument(file, document);
    const values = join(dirname(file), '.env');
    await tree.hold([values]);
    const envFile = (await tree.read(values)) === undefined ? written.empty : values;
    const project = { name: app, file, folder: dirname(file), envFile };
    const printed = await shell.run(configArgv(tool, project, await environment(shell)), {
      ...watch,
      accept: ANY_CODE,
    });
    if (printed.code !== 0) throw new Error(reasonOf(printed.stderr, tree.folder));
    const canonical = readDocument(printed.stdout);
    check(canonical);
    const paths = readByEngine(canonical);
    // What the file names as an absolute path is the host's own, which an operator chose to name.
    const named = absoluteIn(document);
    await tree.hold(paths.filter((one) => tree.has(one) || !isNamed(named, one)));
    return {
      ...finish(canonical, written),
      published: publishedBy(canonical),
      notes: [
        ...unsetVariables(printed.stderr).map((name) => messages().reasons.compose.unset({ path, name })),
        ...fixedNames(canonical),
      ],
    };
  } catch (error) {
    throw invalid(error);
  }
}

function check(document: Fields): void {
  const names = Object.keys(fields(document.services));
  if (names.length === 0) throw new Error(messages().reasons.compose.empty);
  const odd = names.find((name) => !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name));
  if (odd !== undefined) throw new Error(messages().reasons.compose.badName({ name: JSON.stringify(odd) }));
}

const fixedNames = (canonical: Fields): string[] =>
  Object.entries(fields(canonical.services)).flatMap(([name, service]) =>
    fields(service).container_name === undefined
      ? []
      : [messages().reasons.compose.fixedName({ service: name })],
  );

async function environment(shell: Shell): Promise<{ path: string; home: string }> {
  const { stdout } = await shell.run(environmentArgv(), { accept: [0, 1] });
  const [path = '', home = ''] = stdout.split('\n');
  return { path, home };
}

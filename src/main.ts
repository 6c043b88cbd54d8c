/** The command line. Only this file and `main/` read argv and the environment, or exit. */
import { readFileSync } from 'node:fs';
import { Argument, Command, Option } from 'commander';
import { asMusterError } from './errors.ts';
import { ROOT } from './root.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
  version: string;
};

const places = (command: Command): Command =>
  command
    .addOption(new Option('--config <dir>', "the configuration's folder").default('config'))
    .addOption(new Option('--state <dir>', 'where Muster keeps its state').default('var'));

const program = new Command('muster')
  .version(version)
  .description("A private cloud run from your team's chat.")
  .showSuggestionAfterError()
  .showHelpAfterError('See it with --help')
  .addHelpText(
    'after',
    '\nExamples:\n  $ muster start\n  $ muster say "/deploy hello"\n  $ muster check --config /etc/muster\n\nEnvironment:\n  REDIS_URL  use this Redis (redis://…) instead of an embedded one\n  LOG_LEVEL  debug, info, warn or error',
  );

// What is wrong with the configuration is said in its language, too.
program.hook('preAction', async (_, command) => {
  const [{ writtenLanguage }, { speak }] = await Promise.all([
    import('./config/language.ts'),
    import('./messages/messages.ts'),
  ]);
  const { config } = command.opts<{ config?: string }>();
  speak((config === undefined ? undefined : await writtenLanguage(config)) ?? 'en');
});

places(
  program
    .command('start')
    .description('run Muster: the console chat, the manager and workers for every host'),
)
  .option(
    '--log <file>',
    'where the log goes; var/muster.log when there is a terminal, standard error otherwise',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  $ muster start\n  $ muster start --config /etc/muster --state /var/lib/muster\n  $ REDIS_URL=redis://10.0.0.5:6379 muster start',
  )
  .action(async (options) => (await import('./main/start.ts')).start(options));

places(program.command('worker').description('run the steps of some hosts from this machine'))
  .requiredOption('--host <name...>', 'the hosts, as the configuration names them')
  .addHelpText(
    'after',
    '\nExamples:\n  $ REDIS_URL=redis://10.0.0.5:6379 muster worker --host web-1\n  $ muster worker --host web-1 web-2',
  )
  .action(async (options) => (await import('./main/worker.ts')).worker(options));

places(
  program
    .command('hub')
    .description('run the hub, where containers fetch their files and report; muster start does'),
)
  .option('--log <file>', 'where the log goes; standard error by default')
  .addHelpText(
    'after',
    '\nExamples:\n  $ REDIS_URL=redis://10.0.0.5:6379 muster hub --config /etc/muster --state /var/lib/muster-hub',
  )
  .action(async (options) => (await import('./main/hub.ts')).hub(options));

places(
  program
    .command('boot')
    .description('run the boot server, which machines boot from over the network; muster start does'),
)
  .option('--log <file>', 'where the log goes; standard error by default')
  .addHelpText(
    'after',
    '\nExamples:\n  $ sudo REDIS_URL=redis://10.0.0.5:6379 muster boot --config /etc/muster --state /var/lib/muster',
  )
  .action(async (options) => (await import('./main/boot.ts')).boot(options));

// Steps start it, nobody else does.
program
  .command('gate', { hidden: true })
  .description('try an image that is described on standard input')
  .action(async () => (await import('./main/gate.ts')).gate());

places(
  program.command('say').description('send one line as the person of the console and follow what it does'),
)
  .argument('<line>', 'the line, like "/deploy hello"')
  .option('--json', 'print one JSON object per event, the last one with the result')
  .addHelpText(
    'after',
    '\nExit code: 0 succeeded, 1 failed or cancelled, 2 refused or not understood.\n\nExamples:\n  $ muster say "/status"\n  $ muster say "/deploy hello bad"\n  $ muster say --json "/build base"',
  )
  .action(async (line, options) => (await import('./main/say.ts')).say(line, options));

places(program.command('check').description('validate the configuration and report every problem'))
  .addHelpText(
    'after',
    '\nExit code: 0 valid, 1 with problems.\n\nExamples:\n  $ muster check\n  $ muster check --config /etc/muster',
  )
  .action(async (options) => (await import('./main/check.ts')).check(options));

const backend = () =>
  new Option('--backend <name>', 'what the guardian filters packets with')
    .choices(['nftables', 'ufw'])
    .default('nftables');
const agent = program.command('agent').description('the daemons on a host');
agent
  .command('worker')
  .description('carry out the steps of this host for the managers whose keys are trusted')
  .option('--state <dir>', 'where it keeps its key and what it knows', '/var/lib/muster-agent/worker')
  .option('--root <dir>', "Muster's folder on this host", '/var/lib/muster')
  .option('--listen <address:port>', 'where it listens', '0.0.0.0:4226')
  .option('--trust <key...>', 'keys of managers that are let in from now on', [])
  .addHelpText(
    'after',
    '\nExamples:\n  $ muster agent worker --trust SHA256:…\n  $ muster agent worker --listen 10.0.0.7:4226',
  )
  .action(async (options) => (await import('./main/agent.ts')).agentWorker(options));
agent
  .command('guardian')
  .description('keep the firewall of this host: what nobody keeps in time is taken back')
  .option(
    '--state <dir>',
    'where it keeps its key and the last good firewall',
    '/var/lib/muster-agent/guardian',
  )
  .option('--listen <address:port>', 'where it listens', '0.0.0.0:4227')
  .addOption(backend().env('MUSTER_BACKEND'))
  .option('--trust <key...>', 'keys of managers that are let in from now on', [])
  .addHelpText(
    'after',
    '\nExamples:\n  $ muster agent guardian --trust SHA256:…\n  $ muster agent guardian --backend ufw',
  )
  .action(async (options) => (await import('./main/agent.ts')).agentGuardian(options));
agent
  .command('install')
  .description('prepare and start the daemons of this host, as /host add says')
  .requiredOption('--trust <key...>', 'keys of managers that are let in')
  .option('--token <token>', 'the token that /host add gave: proves that this is the host that was added')
  .option('--guardian', 'with a guardian, which keeps the firewall')
  .addOption(backend())
  .option('--address <address>', 'where they listen', '0.0.0.0')
  .option('--port <port>', 'where the worker listens', '4226')
  .option('--guardian-port <port>', 'where the guardian listens', '4227')
  .option('--state <dir>', 'where they keep their keys and what they know', '/var/lib/muster-agent')
  .option('--root <dir>', "Muster's folder on this host", '/var/lib/muster')
  .option('--units <dir>', 'where units of systemd go', '/etc/systemd/system')
  .option('--no-systemd', 'start nothing, and say what to run')
  .addHelpText('after', '\nExamples:\n  $ muster agent install --trust SHA256:… --token …')
  .action(async (options) => (await import('./main/install.ts')).install(options));
places(
  program
    .command('key')
    .description(
      'print the key by which others know this Muster: the agents of hosts, or who verifies images',
    )
    .addArgument(new Argument('[of]', 'for whom').choices(['agents', 'images']).default('agents')),
)
  .addHelpText(
    'after',
    '\nExamples:\n  $ muster key\n  $ minisign -V -P "$(muster key images)" -m debian-live@2026-11-21.1.json',
  )
  .action(async (of, options) => (await import('./main/agent.ts')).key(of, options));

places(program.command('doctor').description('what each host lacks for what it is asked to do, with the fix'))
  .addHelpText('after', '\nExit code: 0 nothing is lacking, 1 something is.\n\nExamples:\n  $ muster doctor')
  .action(async (options) => (await import('./main/doctor.ts')).doctor(options));

const list = (value: string, before: string[]): string[] => [...before, value];
const config = program.command('config').description('files that are made of templates and data');
config
  .command('render')
  .description('print a file as it would be written, from templates and data alone')
  .argument('<file>', 'the file, as the configuration names it, or a template')
  .addOption(
    new Option('--config <dir>', 'the folder with templates/ and data/, and perhaps a configuration').default(
      'config',
    ),
  )
  .option('--target <target>', 'where it would go: host/NAME, or app/NAME with --host')
  .option('--host <name>', 'the host, for its layer of data', 'example')
  .option('--environment <name>', 'the environment, for its layer of data')
  .option('--format <format>', 'how values are written: none, html, json, shell or ini')
  .option('--schema <file>', 'the JSON Schema of the data, below templates/')
  .option('--data <file>', 'more data, over that of the folder; may be given again', list, [])
  .option('--set <name=value>', 'a value, over all; may be given again', list, [])
  .option('--secrets', 'with the secrets that the data names, instead of their names')
  .addHelpText(
    'after',
    '\nExit code: 0 rendered, 1 the template or its data are bad, 2 not understood.\n\nExamples:\n  $ muster config render nginx --target host/web-1\n  $ muster config render shop.json --config . --target app/shop --data test/data.yml --format json',
  )
  .action(async (file, options) => (await import('./main/config.ts')).render(file, options));

const audit = program
  .command('audit')
  .description('the audit trail')
  .addHelpText('after', '\nExamples:\n  $ muster audit verify\n  $ muster audit export > audit.jsonl');
places(audit.command('verify').description('check that no record was edited, removed or reordered'))
  .addHelpText('after', '\nExit code: 0 intact, 1 broken.')
  .action(async (options) => (await import('./main/audit.ts')).verify(options));
places(audit.command('export').description('print every record as a line of JSON')).action(async (options) =>
  (await import('./main/audit.ts')).exportAll(options),
);

program.parseAsync().catch((thrown: unknown) => {
  const error = asMusterError(thrown);
  process.stderr.write(
    `muster: ${error.message}\n${error.code === 'config.invalid' || error.code === 'internal' ? '' : `${error.hint}\n`}`,
  );
  if (error.code === 'internal' && process.env.LOG_LEVEL === 'debug')
    process.stderr.write(`${(error.cause as Error)?.stack ?? ''}\n`);
  process.exit(1);
});

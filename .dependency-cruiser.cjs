/** Which way imports may point (docs: the map of the house in README). Run over src/ by test/house/imports.test.ts, which also proves that each rule bites. */

/** The files that join rooms: everything may be imported there, and nothing imports them. */
const JOINTS = '^src/(main\\.ts$|main/|wire/|links\\.ts$)';

/** One rule: modules under `from` must not import what is under `to`. */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Rooms from the top down; each may import only what is below it. */
const ROOMS = [['bot', 'api', 'agent'], ['jobs'], ['hubs'], ['adapters']];

const downwards = ROOMS.slice(1).map((rooms, index) =>
  never(
    `${rooms}-imports-down`,
    'imports point downwards: bot, api, agent -> jobs -> hubs -> adapters -> words',
    { path: `^src/(${rooms.join('|')})/` },
    {
      path: `^src/(${ROOMS.slice(0, index + 1)
        .flat()
        .join('|')})/`,
    },
  ),
);

/** Children of one folder that must not know each other; the group in `from` names the child. */
const strangers = (name, from, to, own, pathNot) =>
  never(
    name,
    'siblings are strangers; jobs/plans/ and wire/ combine them',
    { path: from, pathNot },
    { path: to, pathNot: own },
  );

/** A library that only some files may import; swc does not tell type-only imports apart, so these count. */
const door = (library, doors) =>
  never(
    `one-door-${library.replace(/[^a-z0-9]+/g, '-').replace(/^-/, '')}`,
    `one door per library: ${library} only in ${doors}`,
    { path: '^src/', pathNot: doors },
    { path: [`^${library}(/|$)`, `(^|/)node_modules/${library}/`, `(^|/)node_modules/@types/${library}/`] },
  );

module.exports = {
  forbidden: [
    never(
      'words-import-no-room',
      'the words and the configuration import no room',
      { path: '^src/([^/]+\\.ts$|config/|firewall/|messages/)', pathNot: JOINTS },
      { path: `^src/(${ROOMS.flat().join('|')})/` },
    ),
    ...downwards,
    never(
      'client-imports-words',
      'the client runs in containers, by itself; test/client/bundle.test.ts weighs what it takes of the words',
      { path: '^src/client/' },
      { path: `^src/(${ROOMS.flat().join('|')}|config|firewall|main|wire)/` },
    ),
    never(
      'nobody-imports-the-client',
      'the client is a program of its own',
      { path: '^src/(?!client/)' },
      { path: '^src/client/' },
    ),
    never(
      'joints-are-ends',
      'only the joints import the joints',
      { path: '^src/', pathNot: JOINTS },
      { path: JOINTS },
    ),
    never(
      'src-stands-alone',
      'the program does not import its tests, documents or set-up',
      { path: '^src/' },
      { path: '^(test|bench|docs|examples|setup|bin|dist)/' },
    ),
    never(
      'no-cycles',
      'no cycles, type-only imports count',
      { pathNot: '^src/bot/(house|command)\\.ts$' },
      { circular: true },
    ),
    strangers(
      'commands-are-strangers',
      '^src/bot/commands/([^/]+)\\.ts$',
      '^src/bot/commands/',
      '^src/bot/commands/$1\\.ts$',
    ),
    strangers(
      'platforms-are-strangers',
      '^src/bot/(telegram|slack|console)/',
      '^src/bot/(telegram|slack|console)/',
      '^src/bot/$1/',
    ),
    strangers(
      'kinds-are-strangers',
      '^src/jobs/([^/]+)/',
      '^src/jobs/[^/]+/',
      '^src/jobs/$1/',
      '^src/jobs/plans/',
    ),
    strangers(
      'adapters-are-strangers',
      '^src/adapters/([^/]+)/',
      '^src/adapters/[^/]+/',
      '^src/adapters/$1/',
    ),
    strangers('hubs-are-strangers', '^src/hubs/([^/]+)/', '^src/hubs/[^/]+/', '^src/hubs/$1/'),
    door('bullmq', '^src/jobs/(queue|walker|worker|schedule|enrolment/tries)\\.ts$'),
    door('ioredis', '^src/adapters/redis/'),
    door('grammy', '^src/bot/telegram/'),
    door('@slack', '^src/bot/slack/'),
    door('dockerode', '^src/adapters/docker/'),
    door('node-ssh', '^src/adapters/ssh/'),
    door('ssh2', '^src/adapters/ssh/'),
    door('child_process', '^src/(adapters/local|client)/'),
    door('croner', '^src/cron\\.ts$'),
    door('commander', '^src/main\\.ts$'),
    door('pino', '^src/log\\.ts$'),
    door('ws', '^src/adapters/icp/'),
    door('mustache', '^src/hubs/config/'),
    door('@cyclonedx', '^src/jobs/image/sbom\\.ts$'),
    door('ajv', '^src/hubs/config/schema\\.ts$'),
    door('fast-png', '^src/bot/alerts/'),
    door('@peculiar', '^src/certificate\\.ts$'),
    door('yaml', '^src/(config|adapters/compose)/'),
    never(
      'no-development-packages',
      'the program runs without development packages',
      { path: '^src/' },
      // Of ssh2, which comes with node-ssh, only the types are a development package.
      { dependencyTypes: ['npm-dev'], pathNot: '(^|/)node_modules/ssh2/' },
    ),
  ],
  options: {
    // TypeScript 7 has no parser interface; without swc 0 modules would be read and everything would look fine.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};

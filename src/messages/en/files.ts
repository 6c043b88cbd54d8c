/** What is said of files that are made of templates and data, and of that data. */
const list = (words: readonly string[]) => words.join(', ');
const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const files = {
  /** What is wrong with templates, schemas and data, after the place. */
  tree: {
    unreadable: (f: { message: string }) => `it cannot be read: ${f.message}`,
    link: 'it is a symbolic link; in a repository these are not followed',
    large: 'the file is larger than 1 MiB',
    full: 'there are more than 20,000 files, or they are larger than 64 MiB together; from here on they are not read',
    binary: 'the file is not UTF-8 text',
    noLayer:
      'data is in site.yml, environment-, label-, profile-, host-, machine- and app-NAME.yml, and secret.yml, or the same as json',
    twice: (f: { layer: string }) => `there are two files for ${f.layer}`,
    noMap: 'data is a map: names and their values',
    number: 'a number this large would be written as another one; put it in quotes',
    noReference: 'a secret is not written here, but where it is: env:NAME or file:PATH',
    noSecrets: 'secrets are named in the configuration’s own folder, not in a repository',
    notYet: 'nothing was fetched from the repository yet',
  },
  /** What is wrong with an entry of files. */
  config: {
    path: 'a path is absolute, without `..`, `.`, `//`, backslashes and control characters',
    nowhere: 'it goes nowhere: it has no targets, and no profile has it among its files',
    target: 'a target is host/NAME, label/NAME, app/NAME or app/NAME/SERVICE',
    unit: 'a unit is named with its kind, like nginx.service',
    oneWay: 'takes exactly one of signal, run, reload and restart; pidFile goes with signal',
    schema: 'a schema is a file NAME.schema.json',
    mode: 'a mode is four octal digits in quotes, like "0640"',
    mixed: 'a file goes to hosts or to apps, not to both; make it two',
    onHost: 'on a host: reload or restart with a unit, signal with pidFile, or run',
    onApp: 'for an app: restart, signal, or run',
    onlyHost: 'only for files of hosts; an app is well where its containers are',
    noHub: 'containers fetch it from the hub, and there is none: set hub.address',
    samePath: (f: { path: string; other: string }) => `${f.other} writes ${f.path} there already`,
  },
  plans: {
    set: (f: { what: string }) => `set ${f.what}`,
    done: (f: { what: string; count: number }) =>
      f.count === 0 ? `${f.what} is set; no file depends on it` : `${f.what} is set and in force`,
    apply: (f: { target: string; count: number }) => `${count(f.count, 'file', 'files')} of ${f.target}`,
    applied: (f: { target: string; count: number }) =>
      `${count(f.count, 'file', 'files')} of ${f.target} ${f.count === 1 ? 'is' : 'are'} in force`,
    look: (f: { target: string }) => `files of ${f.target}`,
    looked: (f: { target: string }) => `those are the files of ${f.target}`,
    changes: (f: { layer: string; names: readonly string[]; more: number }) =>
      `${f.layer}: ${list(f.names)}${f.more > 0 ? ` and ${f.more} more` : ''}`,
  },
  steps: {
    set: (f: { names: readonly string[] }) => `set data of ${list(f.names)}`,
    write: (f: { host: string; names: readonly string[] }) => `write ${list(f.names)} on ${f.host}`,
    apply: (f: { host: string; names: readonly string[] }) => `have ${f.host} take over ${list(f.names)}`,
    compare: (f: { host: string; names: readonly string[] }) => `look at ${list(f.names)} on ${f.host}`,
    deliver: (f: { host: string; app: string }) => `have ${f.app} on ${f.host} take over its files`,
    refresh: (f: { host: string; app: string }) => `write the files of ${f.app} on ${f.host}`,
  },
  notes: {
    version: (f: { version: number }) => `This is version ${f.version} of the data.`,
    back: (f: { version: number }) => `The data is as it was; that is version ${f.version}.`,
    same: (f: { host: string; path: string }) => `${f.host}: ${f.path} is as it is to be`,
    written: (f: { host: string; path: string }) => `${f.host}: wrote ${f.path}`,
    restored: (f: { host: string; path: string }) => `${f.host}: ${f.path} is as it was`,
    removed: (f: { host: string; path: string }) => `${f.host}: ${f.path} is gone again`,
    kept: (f: { host: string; path: string }) =>
      `${f.host}: somebody else changed ${f.path} meanwhile; it stays as they left it`,
    overwritten: (f: { host: string; path: string }) =>
      `${f.host}: ${f.path} was changed by hand, and is overwritten`,
    drift: (f: { host: string; path: string }) => `▲ ${f.host}: ${f.path} was changed by hand`,
    foreign: (f: { host: string; path: string }) => `▲ ${f.host}: ${f.path} is there and not Muster’s`,
    absent: (f: { host: string; path: string }) => `○ ${f.host}: ${f.path} is not there yet`,
    differs: (f: { host: string; path: string }) => `◐ ${f.host}: ${f.path} would change`,
    manner: (f: { host: string; path: string; is: string; wanted: string }) =>
      `◐ ${f.host}: ${f.path} is ${f.is}, and is to be ${f.wanted}`,
    inForce: (f: { host: string; path: string }) => `● ${f.host}: ${f.path} is in force`,
    took: (f: { app: string; service: string; host: string }) =>
      `${f.app} ${f.service} on ${f.host} has taken its files over`,
    noClient: (f: { app: string; host: string }) =>
      `▲ no container of ${f.app} on ${f.host} fetches files: its services are not on the base image, or the hub is away`,
    noTaker: (f: { app: string; host: string }) =>
      `${f.app} does not run on ${f.host}; it gets its files when it starts`,
  },
  diff: {
    more: (f: { count: number }) => `… ${count(f.count, 'line', 'lines')} more`,
    added: '(new)',
    removed: '(gone)',
    none: 'Nothing would change.',
  },
  answers: {
    none: 'There are no files; the section files of the configuration makes some.',
    noFiles: (f: { target: string }) => `No file goes to ${f.target}.`,
    file: (f: { name: string; path: string; template: string; names: readonly string[] }) =>
      `${f.name} · ${f.path} · of ${f.template} · to ${list(f.names)}`,
    writtenAt: (f: { host: string; at: string; run: string }) => `on ${f.host} since ${f.at}, by ${f.run}`,
    data: (f: { target: string; version: number }) => `Data of ${f.target}, version ${f.version}:`,
    value: (f: { name: string; value: string; layer: string }) => `${f.name} = ${f.value} · from ${f.layer}`,
    valueSet: (f: { name: string; value: string; layer: string }) =>
      `${f.name} = ${f.value} · from ${f.layer}, set in a chat`,
    noData: 'There is no data.',
    noHosts: 'There is no host yet; a change of data is carried out by one.',
    noHistory: 'Nothing was set in a chat yet.',
    version: (f: { version: number; at: string; by: string; run: string }) =>
      `version ${f.version} · ${f.at} · ${f.by} · ${f.run}`,
    why: (f: { why: string }) => `why: ${f.why}`,
    change: (f: { layer: string; name: string; before: string; after: string }) =>
      `${f.layer} ${f.name} was ${f.before}, then ${f.after}`,
    unset: '(not set)',
    same: 'That is what it is already.',
    commit: (f: { commit: string; at: string }) => `Templates and data of commit ${f.commit}, since ${f.at}.`,
    rendered: (f: { name: string; host: string; app?: string }) =>
      `${f.name}${f.app ? ` for ${f.app}` : ''} on ${f.host}:`,
    wrongAssignment: 'give names with values, like db.host=10.0.0.5',
    layers:
      'a layer is site, environment/NAME, label/NAME, profile/NAME, host/NAME, machine/NAME or app/NAME',
    noSecrets:
      'secrets are not set in a chat: name where they are in config/data/secret.yml, as env:NAME or file:PATH',
  },
  alerts: {
    bad: (f: { commit: string }) =>
      `Commit ${f.commit} of the templates is bad; the one before stays in force`,
    badOver: 'the templates are good again',
    away: 'The repository of the templates cannot be reached; what is known stays in force',
    awayOver: 'the repository of the templates can be reached again',
    hint: 'Mend it in the repository; it is looked at again by itself.',
    taken: (f: { commit: string; names: readonly string[] }) =>
      f.names.length === 0
        ? `commit ${f.commit} of the templates is in force; no file changes`
        : `commit ${f.commit} of the templates is in force; it changes ${list(f.names)}`,
    bringOut: (f: { line: string }) => `Bring it out with ${f.line}`,
  },
  reasons: {
    link: 'a symbolic link stands in the way',
    folder: 'its folder is not there',
    notFile: 'something else than a file is there',
    denied: 'no permission to write there',
    large: 'the file that is there is larger than 8 MiB',
    failed: 'it could not be written',
    owner: 'there is no such user or group',
    pid: (f: { file: string }) => `${f.file} names no running process`,
    noWay: 'nothing says how a service takes it over',
  },
};

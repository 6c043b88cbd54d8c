/** What the program `hub` says in a container. It has no other messages with it, so that it starts quickly. */
export const client = {
  usage: {
    run: 'fetch the files, start the command, ship what it prints',
    config: 'the files that this container has; fetch gets them now',
    health: 'say how it is: healthy, degraded, unhealthy',
    log: 'send a line, or what comes on standard input',
  },
  badUsage: (f: { word: string }) => `hub: ${f.word} is not understood. hub --help says what there is.`,
  noIdentity: (f: { folder: string }) =>
    `hub: nobody told this container where a hub is: ${f.folder} is empty. A deploy with a hub in the configuration does.`,
  badIdentity: (f: { folder: string; message: string }) => `hub: ${f.folder} cannot be used: ${f.message}`,
  noCommand: (f: { command: string }) => `hub: there is no command ${f.command}`,
  notStarted: (f: { command: string; message: string }) =>
    `hub: ${f.command} could not be started: ${f.message}`,
  lastGood: (f: { message: string; at: string }) =>
    `hub: the hub could not be asked (${f.message}); starting with the files of ${f.at}`,
  noFiles: (f: { message: string }) =>
    `hub: the hub could not be asked (${f.message}), and there are no files from before; starting without`,
  waiting: (f: { message: string }) => `hub: the hub could not be asked (${f.message}); waiting for it`,
  notWritten: (f: { path: string; message: string }) => `hub: ${f.path} could not be written: ${f.message}`,
  badPath: (f: { path: string }) => `hub: ${f.path} is no place for a file`,
  noUser: (f: { name: string }) => `no user or group is called ${f.name}`,
  changed: (f: { version: string; files: number }) =>
    `hub: version ${f.version} of the files is here: ${f.files} ${f.files === 1 ? 'file' : 'files'} written`,
  leftThere: (f: { path: string }) =>
    `hub: ${f.path} is delivered no more, and stays: somebody has changed it since`,
  notApplied: (f: { version: string; message: string }) =>
    `hub: version ${f.version} could not be applied: ${f.message}; the files before it are back`,
  restarting: 'hub: the files ask for a restart of the command',
  ended: (f: { how: string }) => `ended with ${f.how}`,
  away: (f: { message: string }) =>
    `hub: the hub is away (${f.message}); what is printed is kept here meanwhile`,
  back: 'hub: the hub is back',
  dropped: (f: { lines: number }) =>
    `hub: ${f.lines} ${f.lines === 1 ? 'line was' : 'lines were'} dropped here: the hub was away, and there was no room to keep more`,
  left: (f: { lines: number }) =>
    `hub: ${f.lines} ${f.lines === 1 ? 'line was' : 'lines were'} not delivered; they are kept for the next start of this container`,
  lost: (f: { lines: number }) =>
    `hub: ${f.lines} ${f.lines === 1 ? 'line was' : 'lines were'} lost: there was no room to keep more`,
  removed: (f: { lines: number }) =>
    `hub: ${f.lines === 0 ? 'lines were' : f.lines === 1 ? '1 line was' : `${f.lines} lines were`} lost: somebody removed the files in which they were kept`,
  notTaken: (f: { lines: number; message: string }) =>
    `hub: ${f.lines} ${f.lines === 1 ? 'line was' : 'lines were'} lost: the hub does not take ${f.lines === 1 ? 'it' : 'them'} (${f.message})`,
  noRoom: 'hub: there is no folder that can be written to; what is printed is not shipped',
  refused: (f: { message: string }) => `hub: the hub refused that: ${f.message}`,
  told: 'hub: told',
  kept: 'hub: the hub is away; kept for later',
  noneKept: 'hub: no files were fetched yet',
};

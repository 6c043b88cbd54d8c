/** What can be asked over HTTP, as its description says. */
export const api = {
  about: 'Logs, health and jobs, in the name of a person of the configuration.',
  logs: 'Messages of an app, a service, a host or a job, a line of JSON each',
  tail: 'The last messages, and then those that arrive, until you hang up',
  health: 'How healthy the cloud, an app, a host or an environment is, and why',
  run: 'How a job stands or ended',
  description: 'This description (OpenAPI 3.1)',
  cursor: 'the cursor of a message that was given',
  grepEmpty: 'a text, or between slashes a regular expression',
  number: (f: { least: number; most: number }) => `a number, ${f.least} to ${f.most}`,
  error: 'What is wrong, and what to do',
  down: 'the API cannot be asked',
  up: 'the API can be asked again',
};

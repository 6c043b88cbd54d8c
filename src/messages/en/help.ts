/** The words around what commands say of themselves. */
export const help = {
  nothing: 'There is nothing you may do here yet: ask an admin for a role.',
  groups: { read: 'Look', change: 'Change', destroy: 'Destroy' },
  risks: {
    read: 'reads only',
    change: 'changes things, can be taken back',
    destroy: 'destroys things, cannot be taken back',
  },
  risk: (f: { risk: string; words: string }) => `Risk: ${f.risk} (${f.words})`,
  usage: (f: { usage: string }) => `Usage: ${f.usage}`,
  also: (f: { names: readonly string[] }) => `Also: ${f.names.join(', ')}`,
  examples: 'Examples:',
  noDescription: 'no description',
  oneOf: (f: { choices: readonly string[] }) => `one of ${f.choices.join(', ')}`,
  list: 'a list',
  required: 'required',
  byDefault: (f: { value: string }) => `default ${f.value}`,
  more: (f: { count: number }) => `… and ${f.count} more lines`,
  /** Where several commands of one first word are explained. */
  family: (f: { line: string }) => `see ${f.line}`,
  /** What stands for the value of an option. */
  text: 'text',
  dryRun: 'show what would be done, and do nothing',
};

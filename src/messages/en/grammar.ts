/** What is said of a line that is not understood. */

const meant = (near: string | undefined, as = '') => (near ? `, did you mean ${as}${near}?` : '');

export const grammar = {
  tooLong: (f: { length: number; most: number }) =>
    `that line has ${f.length} characters, and ${f.most} is the most`,
  hidden: (f: { code: string; place: number }) =>
    `there is a hidden character (${f.code}) at character ${f.place}; type the line again by hand`,
  unclosed: (f: { place: number; around: string }) =>
    `the quote at character ${f.place} is never closed: ${f.around}`,
  more: (f: { count: number }) => `and ${f.count} more`,
  usage: (f: { usage: string }) => `Usage: ${f.usage}`,
  see: (f: { command: string }) => `See ${f.command}`,
  needsWord: (f: { name: string; all: string[] }) =>
    `/${f.name} needs one more word: ${f.all.map((word) => `/${f.name} ${word}`).join(', ')}.`,
  noCommand: (f: { typed: string; name: string; near?: string; all: string[] }) =>
    `There is no /${f.typed}. ${
      f.near
        ? `Did you mean /${f.name} ${f.near}?`
        : `There is ${f.all.map((word) => `/${f.name} ${word}`).join(', ')}.`
    }`,
  which: 'Which command?',

  wordTooMany: (f: { word: string }) => `"${f.word}" is one word too many`,
  noValue: (f: { option: string }) => `--${f.option} takes no value`,
  needsValue: (f: { label: string }) => `${f.label} needs a value`,
  twice: (f: { label: string }) => `${f.label} is given twice`,
  singleDash: (f: { name: string }) =>
    `"-${f.name}" is not an option: options start with two dashes, and a value like that goes in quotes`,
  wordNotOption: (f: { label: string }) =>
    `${f.label} is a word, not an option: write it without --${f.label}`,
  noOption: (f: { name: string; near?: string }) => `there is no option --${f.name}${meant(f.near, '--')}`,

  missing: (f: { label: string; about: string }) => `${f.label} is missing${f.about ? ` (${f.about})` : ''}`,
  notNumber: (f: { label: string; text: string }) => `${f.label} "${f.text}" is not a number`,
  notBoolean: (f: { label: string; text: string }) => `${f.label} "${f.text}" is neither yes nor no`,
  choices: (f: { choices: string[]; near?: string }) => `must be ${f.choices.join(' or ')}${meant(f.near)}`,
  /** `bound` with what is counted: a text's characters, a list's items, a number itself. */
  limit: (f: { bound: 'least' | 'most'; of: string; value: number | bigint; inclusive: boolean }) => {
    const words = f.inclusive
      ? `at ${f.bound} ${f.value}`
      : `${f.bound === 'least' ? 'more' : 'less'} than ${f.value}`;
    if (f.of === 'string') return `must have ${words} characters`;
    if (f.of === 'array') return `must have ${words} items`;
    return `must be ${words}`;
  },
  whole: 'must be a whole number',
  kind: (f: { kind: string }) => `must be a ${f.kind}`,
  format: (f: { format: string }) => `must be a valid ${f.format}`,
  multiple: (f: { of: number | bigint }) => `must be a multiple of ${f.of}`,
  odd: 'does not look right',
};

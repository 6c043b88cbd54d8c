/** Templates and their data. */
import { type Entry, entry } from '../../entry.ts';

export const hubs = {
  'data.shape': entry(
    (f) => `${f.name} is a map in ${f.layer} or in ${f.other}, and not in the other`,
    () => 'Make it the same in both, or give one of them another name.',
  ),
  'data.deep': entry(
    (f) => `${f.name} in ${f.layer} goes too deep`,
    () => 'Data may be 100 levels deep.',
  ),
  'data.name': entry(
    (f) => `${f.layer} has a name that no template can use: ${f.name}`,
    () => 'Names have no dots, blanks or braces; fn is taken for functions.',
  ),
  'template.unknown': entry(
    (f) => `${f.place}: there is no template ${f.name}`,
    () => 'Add it, or mend its name.',
  ),
  'template.syntax': entry(
    (f) =>
      ({
        tag: `${f.place}: a {{ has no }}`,
        open: `${f.place}: the section ${f.name} is not closed`,
        closed: `${f.place}: the section ${f.name} is closed and was not opened`,
        tags: `${f.place}: other delimiters need one opening and one closing`,
      })[`${f.problem}`] ?? '',
    () => 'Every {{#section}} needs its {{/section}}, and every {{ its }}.',
  ),
  'template.missing': entry(
    (f) => `${f.place}: the data has no ${f.name}`,
    (f) => `Set ${f.name}; false or an empty list stands for nothing in a section.`,
  ),
  'template.value': entry(
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `${f.place}: ${f.name} is a ${f.problem}, not a text`
        : `${f.place}: ${f.name} cannot stand in a file of the format ${f.problem}`,
    (f) =>
      f.problem === 'list' || f.problem === 'map'
        ? `Use {{#${f.name}}} … {{/${f.name}}}, or name what is in it.`
        : 'A line end or a zero byte in it would end the value early.',
  ),
  'template.function': entry(
    (f) => `${f.place}: there is no function ${f.name}`,
    (f) => `There are ${f.known}.`,
  ),
  'template.deep': entry(
    (f) => `${f.place}: partials hold each other without end: ${f.chain}`,
    () => 'A partial may hold itself only as deep as the data goes.',
  ),
  'template.large': entry(
    (f) => `${f.place}: the file becomes too large`,
    () => 'A list inside a list may be meant to be only one.',
  ),
} satisfies Record<string, Entry>;

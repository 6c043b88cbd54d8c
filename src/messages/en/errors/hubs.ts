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
  'schema.bad': entry(
    (f) => `templates/${f.name} is no JSON Schema: ${f.message}`,
    () => 'Mend the schema.',
  ),
  'schema.data': entry(
    (f) => `the data of ${f.file} does not fit ${f.name}: ${f.problems}`,
    () => 'Mend the data with /config set, or the schema.',
  ),
  'files.bad': entry(
    (f) => `templates and data have ${f.count} ${f.count === 1 ? 'problem' : 'problems'}:\n${f.problems}`,
    () => 'Mend them; muster check shows all.',
  ),
  'files.none': entry(
    (f) => `no file goes to ${f.target}`,
    () => 'The section files of the configuration says what goes where.',
  ),
  'files.target': entry(
    (f) => `there is no target ${f.name}${f.near ? `; did you mean ${f.near}?` : ''}`,
    () => 'Name host/NAME, label/NAME, app/NAME, a file, or cloud for all.',
  ),
  'files.value': entry(
    (f) =>
      ({
        name: `${f.name} is no name that data can have`,
        number: `${f.name}: a number this large would be written as another one`,
        deep: `${f.name} goes too deep`,
        long: `${f.name} is too long`,
      })[`${f.problem}`] ?? '',
    (f) =>
      ({
        name: 'Names have no blanks or braces; fn is taken for functions.',
        number: 'Put it in quotes.',
        deep: 'Data may be 100 levels deep.',
        long: 'A value has at most 64 KiB.',
      })[`${f.problem}`] ?? '',
  ),
  'files.version': entry(
    (f) => `there is no version ${f.version} of the data that is still known`,
    () => 'See /config history.',
  ),
  'files.moved': entry(
    () => 'the data was changed by somebody else meanwhile',
    () => 'Look with /config history, and give the line again.',
  ),
  'files.stale': entry(
    (f) => `${f.file} for ${f.host} comes to something else than was agreed to`,
    () => 'Templates or data changed meanwhile: give the line again.',
  ),
  'files.drift': entry(
    (f) => `${f.path} on ${f.host} is not as Muster left it`,
    (f) =>
      `See it with /config diff host/${f.host}; /config apply host/${f.host} --overwrite writes over it.`,
  ),
  'files.path': entry(
    (f) => `${f.path} on ${f.host} cannot be written: ${f.message}`,
    () => 'Mend it on the host, or give the file another path.',
  ),
  'files.check': entry(
    (f) => `the check of ${f.path} on ${f.host} failed: ${f.message}`,
    () => 'Mend the template or its data; what was there before is there.',
  ),
  'files.apply': entry(
    (f) => `${f.host} did not take ${f.path} over: ${f.message}`,
    () => 'Look at what it says; what was there before is put back.',
  ),
  'files.unhealthy': entry(
    (f) => `${f.host} is not well with the new ${f.path}: ${f.message}`,
    () => 'Mend the template or its data; what was there before is put back.',
  ),
  'files.refused': entry(
    (f) => `${f.app} ${f.service} on ${f.host} could not take its files over: ${f.message}`,
    (f) => `What was there before is put back; see what it says with /logs ${f.app}.`,
  ),
  'files.away': entry(
    (f) => `${f.app} ${f.service} on ${f.host} has not taken its files over in ${f.time}`,
    (f) => `See what it says with /logs ${f.app}.`,
  ),
} satisfies Record<string, Entry>;

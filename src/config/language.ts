/** Which language the configuration names: asked before anything else is loaded, as what is wrong is said in it. */
import { resolve } from 'node:path';
import { LANGUAGES, type Language } from '../messages/language.ts';
import { readFiles } from './files.ts';

/** The language that the folder's files name, whatever else is wrong with them; undefined where they name none. */
export async function writtenLanguage(folder: string): Promise<Language | undefined> {
  const { sources } = await readFiles(resolve(folder));
  const naming = sources.filter(({ text }) => text.includes('language'));
  if (naming.length === 0) return undefined;
  const { parseSource } = await import('./document.ts');
  const [written] = naming.flatMap(({ file, text }) => {
    const { data } = parseSource(file, text) as { data?: { settings?: { language?: unknown } } | null };
    return data?.settings?.language ?? [];
  });
  return LANGUAGES.find((language) => language === written);
}

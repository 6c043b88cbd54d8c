/** Writes `docs/commands.md` from the declarations: `npm run docs`. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { catalog } from '../src/bot/catalog.ts';
import { helpMarkdown } from '../src/bot/help/page.ts';

/** The page as it should be; a test compares the file with it. */
export const render = (): string => helpMarkdown(catalog);

/** Where the page is. */
export const PAGE = new URL('commands.md', import.meta.url);

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await writeFile(PAGE, render());

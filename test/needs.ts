/** What a test needs of the machine: it says what is lacking and how to install it, and counts as skipped; in CI it fails. */
import { installCommand, missing } from '../setup/tools.mjs';

/**
 * For `test('…', { skip: needs(['dockerd', 'root']) }, …)`: why the test cannot run here, or false where it can.
 * Tools are those of setup/tools.mjs, and `root`. Throws instead of giving a reason where CI is set.
 */
export function needs(tools: readonly string[]): string | false {
  const lacking = missing(tools.filter((tool) => tool !== 'root'));
  const reasons: string[] = [];
  if (lacking.length > 0) reasons.push(`needs ${lacking.join(', ')}: ${installCommand(lacking)}`);
  if (tools.includes('root') && process.getuid?.() !== 0) reasons.push('needs root: run it with sudo');
  if (reasons.length === 0) return false;
  const { CI } = process.env;
  if (CI !== undefined && CI !== '' && CI !== 'false')
    throw new Error(`CI allows no skipped test: ${reasons.join('; ')}`);
  return reasons.join('; ');
}

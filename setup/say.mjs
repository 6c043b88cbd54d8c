/** How set-up talks and fails: one line for each thing it does, no stack traces. Everything goes to standard error, so that output stays clean. */

/** Says what set-up does next. */
export const say = (line) => process.stderr.write(`set-up: ${line}\n`);

/** A reason to stop that the user can mend; printed without a stack trace. */
export class SetupProblem extends Error {}

/** Runs a main function; a `SetupProblem` becomes its text and exit code 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
}

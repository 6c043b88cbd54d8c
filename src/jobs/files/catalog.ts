/** The steps on files that are made of templates and data. */
import type { AnyStep } from '../step.ts';
import { applyFiles } from './apply.ts';
import { compareFiles } from './compare.ts';
import { deliverFiles } from './deliver.ts';
import { setValues } from './set.ts';
import { writeFiles } from './write.ts';

export const fileSteps: readonly AnyStep[] = [setValues, writeFiles, applyFiles, compareFiles, deliverFiles];

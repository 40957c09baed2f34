/** Every workload of the table. */
import { geometryWorkloads } from './geometry.ts';
import { mixtureWorkloads } from './mixture.ts';
import { networkWorkloads } from './networks.ts';
import { regressionWorkloads } from './regression.ts';
import { scalarWorkloads } from './scalar.ts';
import type { Workload } from './workload.ts';

export const WORKLOADS: readonly Workload[] = [...scalarWorkloads, ...regressionWorkloads, ...networkWorkloads, ...mixtureWorkloads, ...geometryWorkloads];

/** What a training takes and gives. */
import type { DataStruct, RowOptions } from '../data/rows.ts';
import type { Struct } from '../pack.ts';
import type { Status } from '../result.ts';
import type { StepOptions } from '../rules/first-order.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { NotFinite } from './not-finite.ts';

/** An emitted model for some number of rows. */
export interface RowsModel<P, D, G> {
  /** `model.newParams()`, filled with where to start */
  readonly params: P;
  /** `model.newGradient()` */
  readonly gradient: G;
  /** `(p, batch, g) => model.valueGradient(p, batch, g)`: the mean loss of the rows of a batch */
  readonly valueGradient: (params: P, batch: D, gradient: G) => number;
}

/** Makes the model for a number of rows: sizes of emitted modules are fixed when they are made. */
export type ModelMaker<P, D, G> = (rows: number) => RowsModel<P, D, G>;

/** One epoch. `loss` is the mean over its rows, each as its batch was met. */
export interface EpochRecord {
  /** from 1 */
  readonly epoch: number;
  /** steps taken so far */
  readonly steps: number;
  readonly loss: number;
  /** of the last step */
  readonly rate: number;
  /** the loss of the validation data */
  readonly validationLoss?: number;
  /** what `metrics` gave */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface EarlyStopping {
  /** `loss`, `validationLoss`, or a name of `metrics`; `validationLoss` with validation data, else `loss`, when left out */
  readonly metric?: string;
  /** 'smallest' when left out */
  readonly goal?: 'smallest' | 'largest';
  /** ends after so many epochs without a better one */
  readonly patience: number;
  /** what counts as better, 0 when left out */
  readonly improvement?: number;
}

export interface TrainOptions<P, D> extends StepOptions, RowOptions {
  /** passes over the data */
  readonly epochs: number;
  /** rows of a batch, 32 when left out */
  readonly batch?: number;
  /** the last rows of an epoch, when they do not fill a batch: a smaller batch ('keep', when left out) or none ('drop') */
  readonly partial?: 'keep' | 'drop';
  /** order of the rows, 0 when left out */
  readonly seed?: number;
  /** 'every-epoch' when left out */
  readonly shuffle?: 'every-epoch' | 'never';
  /** where to start; the `params` of the model when left out */
  readonly start?: P;
  /** parameters that `weightDecay` and `l1` act on; all when left out */
  readonly penalised?: readonly (keyof P & string)[];
  /** rows that are not trained on; their loss is taken after every epoch */
  readonly validation?: D;
  /** numbers to be taken after every epoch */
  readonly metrics?: Readonly<Record<string, (params: P) => number>>;
  readonly earlyStopping?: EarlyStopping;
  /** Called after every epoch; returning 'stop' ends the training with status `stopped`. */
  readonly onEpoch?: (record: EpochRecord, params: P) => 'stop' | undefined | void;
  /** a line on stderr when that is a terminal ('auto', when left out), nothing, or a sink for the line */
  readonly progress?: 'auto' | 'never' | ((line: string) => void);
  readonly checkpoint?: {
    readonly store: CheckpointStore;
    /** written after so many steps; after every epoch when left out */
    readonly everySteps?: number;
  };
  /** says which node of the formula is not finite first: `explainNonFinite` of diffc, bound to the source of the model */
  readonly diagnose?: (params: P, batch: D) => string | undefined;
}

export interface TrainResult<P> {
  /** `max-iterations`: all epochs are done; `no-improvement`: stopped early; `stopped`, `not-finite` */
  readonly status: Status;
  readonly params: P;
  readonly x: Float64Array;
  /** loss of the last epoch, or of the best one after early stopping */
  readonly value: number;
  readonly epochs: number;
  readonly steps: number;
  readonly history: readonly EpochRecord[];
  /** what went wrong, with status `not-finite`; `x` is then the last point with finite numbers */
  readonly failure?: NotFinite;
}

export type Params<P> = Struct<P>;
export type Data<D> = DataStruct<D>;

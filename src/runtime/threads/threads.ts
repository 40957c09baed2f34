/** Threads for models that were generated with `--threads`: they share the loops over data. */
import { checkRange, RuntimeError } from '../error.ts';
import { CONTROL, CONTROL_LENGTH, MOST_JOBS, offerOf, THREAD_PROGRAM, type ThreadStart } from './work.ts';

/** What `threads()` of a model generated with `--threads` returns. */
export interface SharedModel extends Pick<ThreadStart, 'code' | 'memory' | 'size' | 'at' | 'borrowed'> {
  readonly most: number;
  run(job: number, piece: number, thread: number): void;
  share: ((job: number, pieces: number, operations: number) => void) | undefined;
}

export interface ThreadOptions {
  /** threads altogether, the calling one included; as many as the machine has by default */
  readonly count?: number;
  /** milliseconds for which a thread without work looks for more before it sleeps; waking one takes some microseconds. 0.2 by default */
  readonly patience?: number;
  /** operations of a loop from which it is shared; 400,000 by default, some ten microseconds of one thread */
  readonly leastWork?: number;
}

/** Threads that work for a model. */
export interface Threads {
  /** altogether, the calling one included */
  readonly count: number;
  /** ends them; the model goes on in one thread */
  stop(): void;
}

/**
 * Starts threads that share the loops over data of a model. The numbers are the same, to the last bit, with any number of
 * threads and without: data are cut into pieces by their length alone, and the sums of pieces are added in order.
 * Resolves when all threads are ready; calls of the model stay synchronous. Short loops stay in the calling thread.
 */
export async function startThreads(model: SharedModel | undefined, options: ThreadOptions = {}): Promise<Threads> {
  if (model === undefined) throw new RuntimeError('no-threads', whyNone());
  if (model.share !== undefined) throw new RuntimeError('no-threads', 'the model has threads already: stop() them first');
  const { count = Math.min(processors(), model.most), patience = 0.2, leastWork = 400_000 } = options;
  checkRange('count', count, 1, model.most);
  if (!Number.isInteger(count)) throw new RuntimeError('bad-option', `count is ${count}, expected an integer`);
  checkRange('patience', patience, 0, 60_000);
  checkRange('leastWork', leastWork, 0, Infinity);
  const { code, memory, size, at, borrowed } = model;
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_LENGTH * Int32Array.BYTES_PER_ELEMENT));
  const stop = (): void => {
    model.share = undefined;
    Atomics.store(control, CONTROL.stop, 1);
    Atomics.notify(control, CONTROL.offer);
  };
  try {
    await Promise.all(Array.from({ length: count - 1 }, (_, k) => startWorker({ code, memory, size, at, borrowed, control, patience, thread: k + 1 })));
  } catch (error) {
    stop();
    throw new RuntimeError('thread-failed', `a thread could not start: ${error instanceof Error ? error.message : String(error)}`);
  }
  model.share = (job, pieces, operations) => {
    if (pieces > 1 && operations >= leastWork && job < MOST_JOBS) share(model, control, job, pieces);
    else for (let piece = 0; piece < pieces; piece++) model.run(job, piece, 0);
  };
  return { count, stop };
}

function whyNone(): string {
  if (Reflect.get(globalThis, 'WebAssembly') === undefined) return 'the model has no threads: WebAssembly is missing here, and its functions run as JavaScript';
  return 'the model has no threads: SharedArrayBuffer is missing here. A page has it when it is served with the headers `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`. Without it the same pieces run one after the other, with the same results';
}

/** Offers the pieces, takes what it can itself, and waits for those that others have taken: less than one piece of work. */
function share(model: SharedModel, control: Int32Array, job: number, pieces: number): void {
  Atomics.store(control, CONTROL.done, 0);
  let offer = offerOf(job, pieces);
  Atomics.store(control, CONTROL.offer, offer);
  Atomics.notify(control, CONTROL.offer);
  for (let piece = 0; piece < pieces; piece = offer - offerOf(job, pieces)) {
    const seen = Atomics.compareExchange(control, CONTROL.offer, offer, offer + 1);
    if (seen === offer) {
      model.run(job, piece, 0);
      Atomics.add(control, CONTROL.done, 1);
      offer = Atomics.load(control, CONTROL.offer);
    } else offer = seen;
  }
  while (Atomics.load(control, CONTROL.done) < pieces);
  if (Atomics.load(control, CONTROL.failed) !== 0) throw new RuntimeError('thread-failed', 'a thread met an exception; the results are not complete');
}

// ---- the platform ------------------------------------------------------------------------------------------

/** As much of a worker as is used here. */
interface NodeWorker {
  on(event: 'message' | 'error', listener: (value: unknown) => void): void;
  unref(): void;
}
interface PageWorker {
  addEventListener(event: 'message', listener: () => void): void;
  addEventListener(event: 'error', listener: (event: { readonly message?: string }) => void): void;
  postMessage(message: ThreadStart, transferred: readonly never[]): void;
}
interface NodeModules {
  (name: 'node:worker_threads'): { readonly Worker: new (program: string, options: { readonly eval: true; readonly workerData: ThreadStart }) => NodeWorker };
  (name: 'node:os'): { availableParallelism(): number };
}

/** Modules of Node without an import, which a page could not load. */
function nodeModules(): NodeModules | undefined {
  const process = Reflect.get(globalThis, 'process') as { readonly getBuiltinModule?: NodeModules } | undefined;
  return process?.getBuiltinModule;
}

function processors(): number {
  const navigator = Reflect.get(globalThis, 'navigator') as { readonly hardwareConcurrency?: number } | undefined;
  return navigator?.hardwareConcurrency ?? nodeModules()?.('node:os').availableParallelism() ?? 1;
}

/** Resolves when the worker waits for work. It does not keep the process alive. */
function startWorker(start: ThreadStart): Promise<void> {
  const builtin = nodeModules();
  return new Promise((resolve, reject) => {
    if (builtin !== undefined) {
      const { Worker } = builtin('node:worker_threads');
      const worker = new Worker(THREAD_PROGRAM, { eval: true, workerData: start });
      worker.on('message', () => {
        worker.unref();
        resolve();
      });
      worker.on('error', reject);
      return;
    }
    const Worker = Reflect.get(globalThis, 'Worker') as new (url: string) => PageWorker;
    const url = URL.createObjectURL(new Blob([THREAD_PROGRAM], { type: 'text/javascript' }));
    const worker = new Worker(url);
    worker.addEventListener('message', () => {
      URL.revokeObjectURL(url);
      resolve();
    });
    worker.addEventListener('error', ({ message }) => reject(new Error(message ?? 'its program may not run here')));
    worker.postMessage(start, []);
  });
}

/**
 * The kernels as text, for backends to copy into the modules they emit. Loading this loads every source:
 * only a backend imports it, and only when it emits.
 */
import { kernelSources, type KernelName, type KernelSource } from './sources.generated.ts';

export function kernelSource(name: KernelName): KernelSource {
  return kernelSources[name];
}

/** The kernels named and all that they call, each once, in alphabetical order (functions are hoisted). */
export function withDependencies(names: Iterable<KernelName>): readonly KernelName[] {
  const found = new Set(names);
  // a set yields what is added while it is walked
  for (const name of found) for (const needed of kernelSources[name].dependsOn) found.add(needed);
  return [...found].sort();
}

export function kernelNames(): readonly KernelName[] {
  return Object.keys(kernelSources).filter(isKernelName);
}

export function isKernelName(name: string): name is KernelName {
  return Object.hasOwn(kernelSources, name);
}

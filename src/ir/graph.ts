/**
 * The arena of nodes. Nodes are made through one door (`build.ts` → `Graph.intern`), never changed and
 * never removed; an argument always has a smaller id than its user, so every pass is one loop over ids.
 * Same node, same id. Attributes are interned too: a million scalar additions share one attribute.
 */
import type { Dim } from './dim.ts';
import { formatRational } from './rational.ts';
import { traitsOf } from './traits.ts';
import type { Attr, AxisIndex, ConstValue, NodeId, Sub } from './types.ts';

const INITIAL_NODES = 256;

export class Graph {
  #size = 0;
  /** index into #attrs, per node */
  #attrOf = new Uint32Array(INITIAL_NODES);
  /** start of the argument slice, per node; one more entry than nodes */
  #start = new Uint32Array(INITIAL_NODES + 1);
  #args = new Uint32Array(4 * INITIAL_NODES);
  #hashes = new Int32Array(INITIAL_NODES);
  /** open addressing, node id + 1, 0 is empty; at most half full */
  #table = new Int32Array(4 * INITIAL_NODES);

  readonly #attrs: Attr[] = [];
  /** per attribute, see traits.ts */
  readonly #traits: number[] = [];
  readonly #attrIds = new Map<string, number>();
  readonly #attrIdOfObject = new Map<Attr, number>();
  /** why a node was made: 1 + index into #rules of the differentiation rule that first produced it, or 0 */
  #ruleIds = new Uint16Array(0);
  readonly #rules: string[] = [];
  readonly #ruleIndex = new Map<string, number>();

  /** how the user ordered a commutative node, when that differs from the canonical order: 1 + index into #orders, or 0 */
  #displayIds = new Uint32Array(0);
  readonly #orders: (readonly number[])[] = [];
  readonly #orderIds = new Map<string, number>();

  /** matrices that are equal to their transpose */
  readonly #symmetric = new Set<NodeId>();

  get size(): number {
    return this.#size;
  }

  attr(id: NodeId): Attr {
    const attr = this.#attrs[this.#attrOf[id] ?? -1];
    if (attr === undefined) throw new RangeError(`no node %${id}`);
    return attr;
  }

  /** The traits of a node's attribute (traits.ts): cheaper to ask than the attribute. */
  traits(id: NodeId): number {
    return this.#traits[this.#attrOf[id] ?? -1] ?? 0;
  }

  shape(id: NodeId): readonly Dim[] {
    return this.attr(id).shape;
  }

  arity(id: NodeId): number {
    return (this.#start[id + 1] ?? 0) - (this.#start[id] ?? 0);
  }

  arg(id: NodeId, k: number): NodeId {
    const value = this.#args[(this.#start[id] ?? 0) + k];
    if (value === undefined || k >= this.arity(id)) throw new RangeError(`node %${id} has no argument ${k}`);
    return value;
  }

  /** The arguments as a list of their own. */
  argList(id: NodeId): NodeId[] {
    const list: NodeId[] = [];
    const end = this.#start[id + 1] ?? 0;
    for (let at = this.#start[id] ?? 0; at < end; at++) list.push(this.#args[at] ?? -1);
    return list;
  }

  /** The arguments as a view of the arena: valid until the next node is made; copy to keep. */
  args(id: NodeId): Uint32Array {
    return this.#args.subarray(this.#start[id], this.#start[id + 1]);
  }

  /** The node with this attribute and these arguments, new or existing. Normal forms are the builder's business. */
  intern(attr: Attr, args: ArrayLike<NodeId>): NodeId {
    return this.internAs(this.attributeId(attr), args);
  }

  /** The same by the number of the attribute. */
  internAs(attrId: number, args: ArrayLike<NodeId>): NodeId {
    const hash = hashNode(attrId, args);
    const found = this.#find(attrId, args, hash);
    return found >= 0 ? found : this.#append(attrId, args, hash);
  }

  /** Records which rule made the nodes from `first` on; the first rule stays. */
  noteRule(first: NodeId, rule: string): void {
    if (first >= this.#size) return;
    let index = this.#ruleIndex.get(rule);
    if (index === undefined) this.#ruleIndex.set(rule, (index = this.#rules.push(rule) - 1));
    if (this.#ruleIds.length < this.#size) {
      const wider = new Uint16Array(this.#attrOf.length);
      wider.set(this.#ruleIds);
      this.#ruleIds = wider;
    }
    for (let id = first; id < this.#size; id++) if (this.#ruleIds[id] === 0) this.#ruleIds[id] = index + 1;
  }

  ruleOf(id: NodeId): string | undefined {
    return this.#rules[(this.#ruleIds[id] ?? 0) - 1];
  }

  /** Stored positions of the arguments in the user's order; undefined when stored so. */
  displayOrder(id: NodeId): readonly number[] | undefined {
    return this.#orders[(this.#displayIds[id] ?? 0) - 1];
  }

  /** For the node just made: one that exists already keeps the order of whoever wrote it first. */
  setDisplayOrder(id: NodeId, order: readonly number[]): void {
    if (id !== this.#size - 1) return;
    if (this.#displayIds.length <= id) {
      const wider = new Uint32Array(this.#attrOf.length);
      wider.set(this.#displayIds);
      this.#displayIds = wider;
    }
    if (this.#displayIds[id] === 0) this.#displayIds[id] = 1 + this.#orderId(order);
  }

  isSymmetric(id: NodeId): boolean {
    return this.#symmetric.has(id);
  }

  markSymmetric(id: NodeId): void {
    this.#symmetric.add(id);
  }

  #orderId(order: readonly number[]): number {
    // a million products of two factors share one order
    const key = order.length === 2 ? '1,0' : order.join();
    let id = this.#orderIds.get(key);
    if (id === undefined) this.#orderIds.set(key, (id = this.#orders.push(order) - 1));
    return id;
  }

  /** The number of an attribute; equal attributes have one. */
  attributeId(attr: Attr): number {
    const known = this.#attrIdOfObject.get(attr);
    if (known !== undefined) return known;
    const key = attrKey(attr);
    let id = this.#attrIds.get(key);
    if (id === undefined) {
      id = this.#attrs.length;
      this.#attrs.push(attr);
      this.#traits.push(traitsOf(attr));
      this.#attrIds.set(key, id);
      this.#attrIdOfObject.set(attr, id);
    }
    return id;
  }

  #find(attrId: number, args: ArrayLike<NodeId>, hash: number): NodeId {
    const mask = this.#table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (this.#table[slot] ?? 0) - 1;
      if (id < 0) return -1;
      if (this.#hashes[id] === hash && this.#attrOf[id] === attrId && this.#sameArgs(id, args)) return id;
    }
  }

  #sameArgs(id: NodeId, args: ArrayLike<NodeId>): boolean {
    const start = this.#start[id] ?? 0;
    if ((this.#start[id + 1] ?? 0) - start !== args.length) return false;
    for (let k = 0; k < args.length; k++) if (this.#args[start + k] !== args[k]) return false;
    return true;
  }

  #append(attrId: number, args: ArrayLike<NodeId>, hash: number): NodeId {
    const id = this.#size;
    const start = this.#start[id] ?? 0;
    if (id === this.#attrOf.length) this.#growNodes();
    while (start + args.length > this.#args.length) this.#args = grown(this.#args, Uint32Array);
    for (let k = 0; k < args.length; k++) {
      const arg = args[k] ?? -1;
      if (!(arg >= 0 && arg < id)) throw new RangeError(`argument %${arg} of a new node does not exist`);
      this.#args[start + k] = arg;
    }
    this.#attrOf[id] = attrId;
    this.#start[id + 1] = start + args.length;
    this.#hashes[id] = hash;
    this.#size = id + 1;
    if (2 * this.#size > this.#table.length) this.#rehash();
    else this.#place(id, hash);
    return id;
  }

  #place(id: NodeId, hash: number): void {
    const mask = this.#table.length - 1;
    let slot = hash & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = id + 1;
  }

  #rehash(): void {
    this.#table = new Int32Array(2 * this.#table.length);
    for (let id = 0; id < this.#size; id++) this.#place(id, this.#hashes[id] ?? 0);
  }

  #growNodes(): void {
    this.#attrOf = grown(this.#attrOf, Uint32Array);
    this.#hashes = grown(this.#hashes, Int32Array);
    const start = new Uint32Array(this.#attrOf.length + 1);
    start.set(this.#start);
    this.#start = start;
  }
}

function grown<T extends Uint32Array | Int32Array>(old: T, make: new (n: number) => T): T {
  const next = new make(2 * old.length);
  next.set(old);
  return next;
}

function hashNode(attrId: number, args: ArrayLike<NodeId>): number {
  let h = Math.imul(attrId + 1, 0x9e3779b1);
  for (let k = 0; k < args.length; k++) h = Math.imul(h ^ ((args[k] ?? 0) + 0x7f4a7c15), 0x85ebca6b) ^ (h >>> 15);
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35);
  return (h ^ (h >>> 13)) | 0;
}

const subKey = (sub: Sub): string => sub.join('.');
/** The count tells `one argument without labels` from `no argument`. */
const subsKey = (subs: readonly Sub[]): string => `${subs.length}:${subs.map(subKey).join(' ')}`;

/** Exact bit pattern for doubles: Infinity, -Infinity and NaN are three different keys. */
function constKey(value: ConstValue): string {
  switch (value.kind) {
    case 'rational': return formatRational(value.value);
    case 'named': return value.name;
    case 'double': return `d${String(value.value)}`;
  }
}

export function axisKey(axis: AxisIndex): string {
  if (axis.kind === 'gather') return `@${axis.arg}[${subKey(axis.sub)}]`;
  return `${axis.terms.map((t) => `${t.coef}*${t.label}`).join('+')}+${axis.offset}`;
}

function detailKey(attr: Attr): string {
  switch (attr.kind) {
    case 'leaf': return `${attr.role}|${attr.element}|${attr.of ?? ''}|${attr.symmetric === true ? 'sym' : ''}|${attr.name}`;
    case 'const': return constKey(attr.value);
    case 'dim': return attr.dim;
    case 'iota': case 'delta': case 'stack': return '';
    case 'map': return `${attr.op}|${subsKey(attr.subs)}`;
    case 'ein': return `${formatRational(attr.coef)}|${subsKey(attr.subs)}|${attr.sums.join(',')}`;
    case 'add': return `${attr.coefs.map(formatRational).join(',')}|${subsKey(attr.subs)}`;
    case 'red': return `${attr.op}|${attr.axes.join(',')}`;
    case 'view': case 'scat': return `${attr.index.map(axisKey).join(';')}|${String(attr.masked)}`;
    case 'scan': return `${attr.length}|${attr.direction}|${attr.carries}|${attr.sequences}|${attr.next.join(',')}|${attr.ys.join(',')}`;
    case 'proj': return `${attr.which}|${attr.index}`;
    case 'param': return `${attr.role}|${attr.index}`;
    case 'linalg': return `${attr.op}|${String(attr.transposed)}`;
    case 'call': return `${attr.name}|${attr.orders.join(',')}|${subsKey(attr.subs)}`;
  }
}

const attrKey = (attr: Attr): string => `${attr.kind}|${attr.shape.join(',')}|${detailKey(attr)}`;

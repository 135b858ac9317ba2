/** What the components take in and give back. Plain data; the engine's own types fit in as they are. */

/** Text key → text, as `texts.<lang>.js` exports it. */
export type Texts = Record<string, string>;

/** What every component needs to speak and look right. */
export interface Look {
  texts: Texts;
  /** BCP 47; also picks plural forms, dates and country names. */
  lang: string;
  dir: 'ltr' | 'rtl';
  /** `light` or `dark` where the page has decided; otherwise the visitor's system decides. */
  theme?: string | undefined;
}

/** A component that is on the page. */
export interface Shown {
  /** Takes it away. Answers nothing, and calling it twice is harmless. */
  close(): void;
  readonly element: HTMLElement;
}

/** One thing that has changed in an item (core: `policy::Change`). */
export interface Change {
  part: string;
  /** A recipient, a data category, or empty. */
  id: string;
  was: string;
  now: string;
}

export type Answer = 'refuse' | 'accept' | 'choose';

/** An item of the prompt: its key (`analytics`, `analytics/acme`) and what is new about it. */
export interface AskedItem {
  key: string;
  changes?: readonly Change[];
}

export interface BannerInput extends Look {
  layout: 'bar' | 'box' | 'dialog';
  ask: readonly AskedItem[];
  /** Only new or changed items are asked: name them and say what changed, instead of the general text. */
  partial: boolean;
  /** How many third parties receive data after a yes. */
  partners: number;
  noticeUrl: string;
  /** Recipient id → name, for changes that name one. */
  names?: Record<string, string> | undefined;
  /** After `refuse` and `accept` the banner goes away by itself; after `choose` it stays. */
  onAnswer(what: Answer): void;
}

/** An item as it can be shown (core: `evaluate` through `protocol::ItemView`). */
export interface ItemView {
  key: string;
  purpose: string;
  recipient: string;
  control: 'fixed' | 'switch' | 'separate' | 'guardian' | 'prohibited';
  granted: boolean;
  /** The deciding one first; it is shown where there is a text `ui.reason.<code>`. */
  reasons: readonly { code: string }[];
  on: string;
  off: string;
  keep: string;
  isNew: boolean;
  changes: readonly Change[];
}

/** An earlier answer (core: `protocol::Past`). */
export interface Past {
  at: number;
  control: string;
  given: readonly string[];
  refused: readonly string[];
  withdrawn: readonly string[];
}

/** The part of the engine's View that a preference centre draws. */
export interface CentreView {
  items: readonly ItemView[];
  /** The answer lines of the centre's own "accept all" and "reject all". */
  centre: { accept: string; refuse: string };
  withdraw: string;
  subject: string;
  lastAnswer: number;
  askAgain: number;
  history: readonly Past[];
}

/** The part of a policy that a preference centre draws. Missing lists are empty ones. */
export interface CentrePolicy {
  version: number;
  controllers: readonly { name: string }[];
  purposes: readonly CentrePurpose[];
  recipients?: readonly CentreRecipient[];
  services?: readonly CentreService[];
}

export interface CentrePurpose {
  id: string;
  legalBasis?: string;
  recipients?: readonly string[];
  data?: readonly { category: string; retention?: string | null }[];
  transfers?: readonly { country: string; safeguard?: string }[];
  preferences?: readonly { id: string; steps?: readonly string[] }[];
}

/** A wish inside a purpose (core: `record::Wish`). */
export interface Wish {
  id: string;
  value: number;
}

export interface CentreRecipient {
  id: string;
  name: string;
  country?: string;
  noticeUrl?: string;
}

export interface CentreService {
  name: string;
  needs: readonly string[];
  trackers?: readonly { name: string; host?: string; lifetime?: string | null }[];
}

export type CentreControl = 'centre.save' | 'centre.accept' | 'centre.refuse' | 'centre.separate' | 'centre.withdraw';

/** What the particulars of a purpose are told from. */
export interface Facts extends Look {
  policy: CentrePolicy;
}

export interface CentreInput extends Facts {
  /** Read again for every answer: one that was given in the centre changes it. */
  readonly view: CentreView;
  noticeUrl: string;
  wishes: readonly Wish[];
  /**
   * An answer line: one letter for each of `view.items`, and with `centre.save` the wishes that have changed. After
   * `centre.separate` the centre stays, after others it closes by itself.
   */
  onAnswer(line: string, control: CentreControl, wishes?: Wish[]): void;
  /** It is gone, with or without an answer. */
  onClose?(): void;
  /** Without it there is no "Download receipt". */
  onReceipt?: (() => void) | undefined;
}

export interface EmbedInput extends Look {
  /** Id and name of the service that is blocked. `service.<id>.text` may say more than the general text. */
  service: { id: string; name: string };
  /** Where the same thing can be seen without loading it here. */
  link?: string | undefined;
  /** A picture of the host's own, shown behind the card. */
  poster?: Element | undefined;
  /** Both leave the placeholder in place: close it when the frame loads. */
  onOnce(): void;
  onAlways(): void;
}

export interface AskInput extends Facts {
  /** What is asked about, and nothing else is answered. */
  items: readonly ItemView[];
  names: Texts;
  /** The element that needs the answer; without one the card stands at the lower edge. */
  beside: HTMLElement | undefined;
  /** It is gone: with the answer, or without one. */
  onDone(yes?: boolean): void;
}

/** A document that waits for an answer (core: `evaluate::DocumentStatus`). */
export interface DocumentView {
  id: string;
  version: string;
  url: string;
  state: string;
  effective: number;
  graceUntil: number;
}

export interface TermsInput extends Look {
  controller: string;
  document: DocumentView;
  /** Inside the click: the person may close the page with it. */
  onAnswer(yes: boolean): void;
  /** It is gone: after the answer, or put off. */
  onClose(): void;
}

/** The part of the engine's View from which links and opt-outs are drawn. */
export interface OptOutView {
  items: readonly (ItemView & { links: readonly string[] })[];
  prompt: { links: readonly string[] };
  conflict: string;
}

export interface OptOutInput extends Look {
  readonly view: OptOutView;
  names: Texts;
  /** Turns off what a link is about, or on again. */
  onAnswer(link: string, on: boolean): void;
  /** Answers the notice of a conflict with a signal. */
  onConflict(yes: boolean): void;
  /** Without it nothing is over the page that could be closed. */
  onClose?: (() => void) | undefined;
}

export interface LinksInput extends Look {
  readonly view: OptOutView;
  onOpen(): void;
}

export interface GuardianInput extends Facts {
  /** Read again after every answer. */
  readonly items: readonly ItemView[];
  names: Texts;
  /** Tells the guardian; without it a child is only told who decides. */
  reach?: ((address: string) => Promise<unknown>) | undefined;
  onAnswer(item: ItemView, yes: boolean): void;
  onClose?(): void;
}

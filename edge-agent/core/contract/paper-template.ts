import { z } from 'zod';

/**
 * A paper's layout as data, one for a site and, where it wants that, one for each channel. An element has the seven properties of the film bureau's template list:
 * what it shows, its position, size, bold, show mode, whether its title stands before it, and how many characters (columns) a line of it may have.
 */

/** Lines from 1 on; what shares a line stands at its two ends, or below each other where it does not fit. */
const Position = z.strictObject({ line: z.int().min(1).max(60), at: z.enum(['left', 'centre', 'right']).default('left') });

const look = {
  position: Position,
  /** Width by height; `fit` is 2x2 where it fits on one line, and 1x1 otherwise. */
  size: z.enum(['1x1', '1x2', '2x1', '2x2', 'fit']).default('1x1'),
  bold: z.boolean().default(false),
  /** Columns that a line of it may have, at most the paper's; 0 is all of them. */
  charsPerLine: z.int().min(0).max(48).default(0),
  /** Lines that it may have; what is left over becomes an ellipsis. */
  linesMax: z.int().min(1).max(6).default(1),
};

const fieldElement = <const Field extends readonly string[]>(fields: Field) =>
  z.strictObject({
    field: z.enum(fields),
    /** Which of its names; `both` on one line. The template's own language when missing. */
    language: z.enum(['zh', 'en', 'both']).optional(),
    ...look,
    show: z.enum(['text', 'barcode', 'qr']).default('text'),
    /** Its title (影厅, Booking fee) before it, and further lines hanging under the text. */
    title: z.boolean().default(false),
  });
export interface FieldElement extends Omit<z.infer<ReturnType<typeof fieldElement>>, 'field'> {
  readonly field: string;
}

const TextElement = z.strictObject({
  /** Printed as it is: notes, headings. */
  text: z.string().min(1).max(120),
  ...look,
});
export type TextElement = z.infer<typeof TextElement>;

const RuleElement = z.strictObject({ rule: z.enum(['solid', 'dashed']), position: Position });

export type PaperElement = FieldElement | TextElement | z.infer<typeof RuleElement>;

/** What the layout and the voice make of any paper. */
export interface PaperTemplate {
  readonly name: string;
  readonly language: 'zh' | 'en';
  readonly moduleDots: number;
  readonly elements: readonly PaperElement[];
}

export type PaperRules = 'cn' | 'generic';

export interface KindOfPaper<Fields extends readonly string[]> {
  /** As messages name it: `ticket`. */
  readonly name: string;
  readonly fields: Fields;
  /** What must be on it by law or by sense. */
  readonly required: Readonly<Record<PaperRules, readonly Fields[number][]>>;
  /** The one field that is a QR code, where the paper has one, and why no other may be. */
  readonly code: { readonly field: Fields[number]; readonly isFor: string; readonly another: string } | undefined;
  /** Fields that may be a bar code: numbers. */
  readonly barcodes: readonly Fields[number][];
}

/** 4 dots are the least that a scanner reads on worn paper, 10 the most that fits with a ticket's code; 6 make that 39 mm wide with its quiet zone. */
const ModuleDots = z.int().min(4).max(10);

export function paperTemplate<const Fields extends readonly string[]>(kind: KindOfPaper<Fields>) {
  return z
    .strictObject({
      $schema: z.string().optional(),
      name: z.string().min(1).max(40),
      /** Whose rules it has to meet. */
      rules: z.enum(['cn', 'generic']),
      language: z.enum(['zh', 'en']),
      moduleDots: ModuleDots.default(6),
      elements: z
        .array(z.union([fieldElement(kind.fields), TextElement, RuleElement]))
        .min(1)
        .max(80),
    })
    .superRefine(({ rules, elements }, context) => {
      const refuse = (path: readonly (string | number)[], message: string): void =>
        context.addIssue({ code: 'custom', path: ['elements', ...path], message });
      const shown = elements.filter(isField).map(({ field }) => field);
      for (const field of kind.required[rules]) if (!shown.includes(field)) refuse([], `a ${rules} ${kind.name} must show \`${field}\``);
      if (kind.code !== undefined && shown.indexOf(kind.code.field) !== shown.lastIndexOf(kind.code.field))
        refuse([], `\`${kind.code.field}\` is shown once: a second one would be a second ${kind.name}`);
      for (const [index, element] of elements.entries())
        if (isField(element)) checkShow(kind, element, (message) => refuse([index, 'show'], message));
      checkLines(elements, (index, message) => refuse([index, 'position'], message));
    });
}

const isField = (element: PaperElement): element is FieldElement => 'field' in element;

function checkShow({ code, barcodes }: KindOfPaper<readonly string[]>, { field, show }: FieldElement, refuse: (message: string) => void): void {
  if (field === code?.field && show !== 'qr') refuse(`\`${field}\` is ${code.isFor}: it is shown as \`qr\``);
  if (field !== code?.field && show === 'qr') refuse(`\`${field}\` as \`qr\` would be taken for ${code?.another ?? 'something that it is not'}`);
  if (show === 'barcode' && !barcodes.includes(field))
    refuse(`\`${field}\` is no number: only ${barcodes.map((name) => `\`${name}\``).join(' and ')} may be shown as \`barcode\``);
}

function checkLines(elements: readonly PaperElement[], refuse: (index: number, message: string) => void): void {
  const taken = new Map<number, { readonly at: string; readonly alone: boolean }[]>();
  let last = 0;
  for (const [index, element] of elements.entries()) {
    const { line, at } = element.position;
    const alone = 'rule' in element || (isField(element) && element.show !== 'text') || at === 'centre';
    const others = taken.get(line) ?? [];
    if (line < last) refuse(index, `line ${line} comes after line ${last}: elements are written from the top down`);
    if (others.some((other) => other.alone || other.at === at) || (alone && others.length > 0)) {
      refuse(index, `line ${line} is taken: beside each other stand one text at the left and one at the right`);
    }
    taken.set(line, [...others, { at, alone }]);
    last = Math.max(last, line);
  }
}

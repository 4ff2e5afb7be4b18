import { readFileSync } from "node:fs";
import { join } from "node:path";

type Dictionary = Record<string, string | Record<string, string>>;

/** A language's dictionary, as translators wrote it. */
export const dictionary = (language: string): Dictionary =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../public/i18n/${language}.json`), "utf8"));

/** What a user who reads this language looks for. A number or an address may stand in the sentence. */
export const looksFor = (language: string, ...keys: string[]): RegExp => {
  const words = dictionary(language);
  const forms = keys.flatMap((key) => {
    const sentence = words[key] ?? `no sentence ${key}`;
    return typeof sentence === "string" ? [sentence] : Object.values(sentence);
  });
  const pattern = (form: string) =>
    form
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".+");
  return new RegExp(`^(${forms.map(pattern).join("|")})$`);
};

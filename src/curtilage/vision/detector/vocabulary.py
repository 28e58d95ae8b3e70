"""The closed vocabulary: what a model may call things, and which models are refused outright.

Two rules, applied when a model is loaded, never later. Classes that Curtilage has no word for
are dropped. A model that says anything about people's race, ethnicity, religion, emotion,
gender or age, in its labels, its outputs' names or its metadata, is not loaded at all: cutting
off those outputs would leave a network that was made to judge people.

Names are compared word by word (``isFemale``, ``age_range`` and ``AGE-18`` hold words of the
list; ``package``, ``garage``, ``image``, ``page`` hold none).
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from curtilage.model import CLASS_ID, Classes
from curtilage.vision.detector.errors import ModelError

SYNONYMS: dict[str, str] = {
    "people": "person",
    "pedestrian": "person",
    "human": "person",
    "bike": "bicycle",
    "motorbike": "motorcycle",
    "motor bike": "motorcycle",
    "lorry": "truck",
    "rucksack": "backpack",
    "purse": "handbag",
    "hand bag": "handbag",
}
"""Other models' words for ours."""


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


REFUSED: dict[str, frozenset[str]] = {
    "race or ethnicity": _split(
        """race races racial ethnic ethnicity ethnicities caucasian asian african latino latina
        hispanic indian arab arabic european caste skin skintone complexion fitzpatrick melanin
        nationality tribe mongoloid negroid caucasoid aryan roma"""
    ),
    "religion": _split(
        """religion religions religious faith muslim muslims islam islamic christian christians
        hindu hindus buddhist buddhists sikh sikhs jew jews jewish judaism hijab burqa burka niqab
        headscarf turban kippah yarmulke"""
    ),
    "emotion": _split(
        """emotion emotions emotional mood moods sentiment valence arousal affect happy happiness
        sad sadness angry anger fear fearful disgust disgusted surprise surprised neutral contempt
        smile smiling frown joy joyful crying expression expressions stress stressed aggressive
        anxious calm"""
    ),
    "gender": _split(
        """gender genders sex male males female females man men woman women boy boys girl girls
        lady ladies gentleman gentlemen guy guys transgender nonbinary masculine feminine
        masculinity femininity"""
    ),
    "age": _split(
        """age ages aged agegroup adult adults child children kid kids baby babies infant infants
        toddler toddlers teen teens teenager teenagers elder elders elderly senior seniors minor
        minors youth youths young younger old older adolescent adolescents pensioner"""
    ),
}
"""Words that no name in a model may hold, by what they judge."""

AMBIGUOUS = _split(
    """race races european indian asian african arab roma faith christian affect fear surprise
    neutral expression expressions stress calm sex man men guy guys minor old older young younger
    senior age ages aged skin tribe happy"""
)
"""Of these, words that a running text (a description, a licence, an author's name) may well
hold without meaning it: they count in labels, names and keys only."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(name: str) -> list[str]:
    """The words of a name in lower case: of ``camelCase``, ``snake_case``, ``a-b``, ``a b``."""
    return [word.lower() for word in _WORDS.findall(name)]


def class_map(source: str, labels: Sequence[str]) -> Classes:
    """Our class for each of a model's labels, -1 where we have no word: int16[len(labels)].

    ``source`` names the model. Raises ``ModelError`` if no label is left: such a model could
    never report anything.
    """
    ours = [CLASS_ID.get(_our_word(label), -1) for label in labels]
    if not any(index >= 0 for index in ours):
        raise ModelError(
            f"{source}: none of its {len(labels)} labels is one that Curtilage knows "
            f"({', '.join(CLASS_ID)}); name the labels in the model's order"
        )
    return np.array(ours, np.int16)


def refuse_profiling_names(source: str, names: Iterable[str]) -> None:
    """Raise ``ModelError`` if a label, an output's name or a key speaks of a refused trait."""
    for name in names:
        for trait, refused in REFUSED.items():
            _refuse(source, name, trait, refused)


def refuse_profiling_text(source: str, texts: Iterable[str]) -> None:
    """Raise ``ModelError`` if a description speaks of a refused trait beyond doubt."""
    for text in texts:
        for trait, refused in REFUSED.items():
            _refuse(source, text, trait, refused - AMBIGUOUS)


def _refuse(source: str, text: str, trait: str, refused: frozenset[str]) -> None:
    said = next((word for word in words(text) if word in refused), None)
    if said is not None:
        raise ModelError(
            f"{source} is refused: '{text[:80]}' in it says something about people's {trait} "
            f"('{said}'), which Curtilage never judges; use a model that only finds people, "
            "vehicles, animals and bags"
        )


def _our_word(label: str) -> str:
    """A label in the spelling of our vocabulary."""
    plain = " ".join(words(label))
    return SYNONYMS.get(plain, plain)

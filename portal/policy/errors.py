"""The school says no, with the sentence the user reads."""


class PolicyError(Exception):
    """A rule of the school refuses.

    `sentence` is a translatable message with %-style placeholders, `params` fills them. The class knows
    nothing about languages: whoever shows the error translates the sentence first.
    """

    def __init__(self, sentence: str, **params: object) -> None:
        super().__init__(sentence % params if params else sentence)
        self.sentence = sentence
        self.params = params


class StaleForm(PolicyError):
    """The form was shown before somebody else's change; nothing was written."""

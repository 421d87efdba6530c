"""What gives a secret in an address away: the name it goes by, in any language, or that it is made by chance."""

import re
import unicodedata
from urllib.parse import unquote

# Parts of names, without regard to case, accents, hyphens and underscores; too many hidden values do no harm.
_PARTS = (
    "pass pwd psw pword token stok secret auth credential cookie login user usr account session ticket signature bearer"
    " jwt hmac kennwort kennung benutzer geheim senha clave contraseña utilisateur usuario utente parola parole"
    " wachtwoord gebruiker lösenord användar adgangskode kodeord bruger salasana käyttäjä heslo hasło haslo użytkownik"
    " jelszó lozinka geslo şifre kullanıcı κωδικός пароль логин пользовател 密码 密碼 口令 用户 用戶 账号 帳號"
    " パスワード ユーザー 비밀번호 사용자"
)
_WHOLE = re.compile(
    "p|u|k|pas|pin|uid|sid|acc|code|hash|sig|sign|otp|st|tok|md5|mdp|creds?|admin|basic|digest|.*pw|.*key"
)
_NO_WORD = re.compile(r"[\W_]+")
_INNER_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*:/{1,2}[^/?#\s@]*:[^\s]*@", re.IGNORECASE)
_INNER_NAME = re.compile(r"(\w[\w.\-\]]*)[\"']?\s*[=:](?=\s*[\"']?[^\s\"'/])")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LIKE_A_TOKEN = re.compile(r"[A-Za-z0-9_\-]{16,}")
_SAME_CLASS = re.compile("[a-z]+|[A-Z]+|[0-9]+")
_SEPARATED = re.compile("[_-]")
_HEX = re.compile("[0-9a-f]+|[0-9A-F]+")
_LEAST_LETTERS, _LEAST_UNBROKEN = 16, 8
_LEAST_OF_HEX = 3
# How often small letters, capitals and digits take turns. Of letters and digits drawn by chance six in ten follow one
# of another kind, without capitals four in ten; in the makers' paths, such as MediaProfile_Channel1_MainStream, fewer.
_CHANGES, _CHANGES_WITHOUT_DIGITS, _CHANGES_IN_ONE_CASE = 0.4, 0.5, 0.34


def is_secret_name(name: str) -> bool:
    """Return whether what goes by this name, as it stands in an address, is a user name, a password or a token."""
    word = plain_name(name)
    return _IN_NAMES.search(word) is not None or _WHOLE.fullmatch(word) is not None


def holds_credentials(value: str) -> bool:
    """Return whether a value holds a password inside: in an address of its own, or as JSON, in percent codes or not."""
    for text in (value, unquote(value), unquote(unquote(value))):
        if _INNER_ADDRESS.search(text) or any(is_secret_name(found[1]) for found in _INNER_NAME.finditer(text)):
            return True
    return False


def is_made_by_chance(text: str) -> bool:
    """Return whether a text is most likely a token, which nobody would think up.

    Example:
        >>> [is_made_by_chance(piece) for piece in ("h264Preview_01_main", "x7Kd02LmQ9sTzB4w")]
        [False, True]
    """
    return _UUID.search(text) is not None or any(map(_is_random, _LIKE_A_TOKEN.findall(text)))


def _is_random(piece: str) -> bool:
    drawn = piece.replace("_", "").replace("-", "")
    digits = sum(map(str.isdigit, drawn))
    letters = len(drawn) - digits
    unbroken = max(map(len, _SEPARATED.split(piece)))
    if len(drawn) < _LEAST_LETTERS or unbroken < _LEAST_UNBROKEN or not letters:
        return False
    if _HEX.fullmatch(drawn) and min(digits, letters) >= _LEAST_OF_HEX:
        return True
    least = _CHANGES if digits else _CHANGES_WITHOUT_DIGITS
    if digits >= _LEAST_OF_HEX and (drawn.lower() == drawn or drawn.upper() == drawn):
        least = _CHANGES_IN_ONE_CASE
    return len(_SAME_CLASS.findall(drawn)) >= least * len(drawn)


def plain_name(name: str) -> str:
    """Return a name as it stands in an address without case, accents, percent codes, and what is no letter or digit."""
    return _plain(unquote(name))


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return _NO_WORD.sub("", "".join(character for character in apart if not unicodedata.combining(character)))


_IN_NAMES = re.compile("|".join(map(_plain, _PARTS.split())))

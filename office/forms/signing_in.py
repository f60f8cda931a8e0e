"""Name and password, and a password set anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """A user name or an e-mail address, and the password."""

    username = forms.CharField(label=_("User name or e-mail"), max_length=254)
    password = forms.CharField(label=_("Password"), max_length=512, strip=False, widget=forms.PasswordInput)


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(label=_("New password"), max_length=512, strip=False, widget=forms.PasswordInput)
    again = forms.CharField(label=_("The same again"), max_length=512, strip=False, widget=forms.PasswordInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two are not the same"))
        return given

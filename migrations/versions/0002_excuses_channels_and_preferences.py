"""Excuses, escalations, channels, preferences, and what a mail lets its reader do.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
    )
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_absence_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_absence_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_absence_workspace_id_id")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_workspace_id_user_id_last_on"),
            ["workspace_id", "user_id", "last_on"],
            unique=False,
        )

    op.create_table(
        "chat_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("account", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("connected_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_press", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_chat_account_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_chat_account_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_account")),
        sa.UniqueConstraint(
            "workspace_id", "account", name=op.f("uq_chat_account_workspace_id_account")
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_chat_account_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "user_id", name=op.f("uq_chat_account_workspace_id_user_id")
        ),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("browser", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_device_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_device_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_device_workspace_id_id")),
    )
    op.create_table(
        "digested",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_digested_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_digested_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digested")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_digested_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id", "user_id", "kind", name=op.f("uq_digested_workspace_id_user_id_kind")
        ),
    )
    op.create_table(
        "endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "inbox",
                "chat",
                "webhook",
                "push",
                name="channelkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("sealed", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column(
            "kinds",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("failing_since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("disabled_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("disabled_reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "added_by_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_endpoint_workspace_id_added_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "team_id"],
            ["team.workspace_id", "team.id"],
            name=op.f("fk_endpoint_workspace_id_team_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_endpoint_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_endpoint_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_endpoint_workspace_id_id")),
    )
    with op.batch_alter_table("endpoint", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_endpoint_workspace_id_team_id"),
            ["workspace_id", "team_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_endpoint_workspace_id_user_id"),
            ["workspace_id", "user_id"],
            unique=False,
        )

    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "channels",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("digest_at", sa.Time(), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("breaks_quiet", sa.Boolean(), nullable=True),
        sa.Column("wants_weekly", sa.Boolean(), nullable=True),
        sa.Column("allows_codes", sa.Boolean(), nullable=True),
        sa.Column("per_hour", sa.Integer(), nullable=True),
        sa.Column("workspace_per_hour", sa.Integer(), nullable=True),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_preference_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_preference_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_preference_workspace_id_id")),
    )
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_preference_workspace_id_user_id"),
            ["workspace_id", "user_id"],
            unique=True,
        )

    op.create_table(
        "snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("thread", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_snooze_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_snooze_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_snooze_workspace_id_id")),
    )
    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_snooze_workspace_id_thread_user_id"),
            ["workspace_id", "thread", "user_id"],
            unique=False,
        )

    op.create_table(
        "excuse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column(
            "owed_by",
            sa.Enum("marketing", "sales", "other", name="side", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("from_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("until_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "granted",
                "refused",
                "taken_back",
                name="excusestate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "agreement_id"],
            ["agreement.workspace_id", "agreement.id"],
            name=op.f("fk_excuse_workspace_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "answered_by_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_excuse_workspace_id_answered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "asked_by_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_excuse_workspace_id_asked_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_excuse_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_excuse")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_excuse_workspace_id_id")),
    )
    with op.batch_alter_table("excuse", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_excuse_workspace_id_agreement_id_state"),
            ["workspace_id", "agreement_id", "state"],
            unique=False,
        )

    op.create_table(
        "mail_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("closed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("done", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "delivery_id"],
            ["delivery.workspace_id", "delivery.id"],
            name=op.f("fk_mail_act_workspace_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "user_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_mail_act_workspace_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_mail_act_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_act")),
        sa.UniqueConstraint(
            "workspace_id", "delivery_id", name=op.f("uq_mail_act_workspace_id_delivery_id")
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_mail_act_workspace_id_id")),
    )
    op.create_table(
        "escalation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("timer_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("reached_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("noticed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("is_superseded", sa.Boolean(), nullable=False),
        sa.Column("moved_to_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "moved_to_id"],
            ["user.workspace_id", "user.id"],
            name=op.f("fk_escalation_workspace_id_moved_to_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "timer_id"],
            ["timer.workspace_id", "timer.id"],
            name=op.f("fk_escalation_workspace_id_timer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_escalation_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_escalation_workspace_id_id")),
        sa.UniqueConstraint(
            "workspace_id",
            "timer_id",
            "step",
            name=op.f("uq_escalation_workspace_id_timer_id_step"),
        ),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default="100"))
        batch_op.add_column(
            sa.Column(
                "segment",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=True,
            )
        )

    with op.batch_alter_table("agreement_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "quotas",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )
        batch_op.add_column(
            sa.Column(
                "note",
                sqlmodel.sql.sqltypes.AutoString(length=500),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(sa.Column("takes_effect_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("covers_open", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("shadow_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )

    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_shadow", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column(
                "cause",
                sa.Enum(
                    "person", "system", "definition", name="cause", native_enum=False, length=32
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("cause_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("excuse_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("is_excused", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_breach_workspace_id_excuse_id"),
            "excuse",
            ["workspace_id", "excuse_id"],
            ["workspace_id", "id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_breach_workspace_id_cause_by_id"),
            "user",
            ["workspace_id", "cause_by_id"],
            ["workspace_id", "id"],
        )

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum(
                    "email",
                    "inbox",
                    "chat",
                    "webhook",
                    "push",
                    name="channelkind",
                    native_enum=False,
                    length=32,
                ),
                nullable=False,
                server_default="email",
            )
        )
        batch_op.add_column(sa.Column("endpoint_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("carried_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("read_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.create_index(
            "ix_delivery_endpoint",
            ["workspace_id", "endpoint_id", "settled_at"],
            unique=False,
            sqlite_where=sa.text("endpoint_id IS NOT NULL"),
            postgresql_where=sa.text("endpoint_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_delivery_unread",
            ["workspace_id", "recipient_id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_workspace_id_carried_by_id"),
            ["workspace_id", "carried_by_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_workspace_id_channel_next_attempt_at"),
            ["workspace_id", "channel", "next_attempt_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_workspace_id_kind_subject_id"),
            ["workspace_id", "kind", "subject_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_workspace_id_recipient_id_channel_settled_at"),
            ["workspace_id", "recipient_id", "channel", "settled_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_workspace_id_recipient_id_created_at"),
            ["workspace_id", "recipient_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_delivery_workspace_id_settled_at"),
            ["workspace_id", "settled_at"],
            unique=False,
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_workspace_id_carried_by_id"),
            "delivery",
            ["workspace_id", "carried_by_id"],
            ["workspace_id", "id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_workspace_id_endpoint_id"),
            "endpoint",
            ["workspace_id", "endpoint_id"],
            ["workspace_id", "id"],
        )

    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("assigned_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "is_touch_dated_back", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )

    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_lead_workspace_id_merged_into_id"),
            "lead",
            ["workspace_id", "merged_into_id"],
            ["workspace_id", "id"],
        )

    with op.batch_alter_table("mute", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "thread",
                sqlmodel.sql.sqltypes.AutoString(length=200),
                nullable=False,
                server_default="",
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_mute_workspace_id_user_id_kind"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_mute_workspace_id_user_id_kind_thread"),
            ["workspace_id", "user_id", "kind", "thread"],
        )

    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lead_region", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True)
        )
        batch_op.add_column(
            sa.Column(
                "lead_region_key", sqlmodel.sql.sqltypes.AutoString(length=600), nullable=True
            )
        )
        batch_op.alter_column("team_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_opening_hours_workspace_id_lead_region_key_version"),
            ["workspace_id", "lead_region_key", "version"],
        )

    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "segment",
                sqlmodel.sql.sqltypes.AutoString(length=200),
                nullable=False,
                server_default="",
            )
        )
        batch_op.add_column(
            sa.Column("is_shadow", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.drop_constraint(
            batch_op.f("uq_timer_workspace_id_lead_id_version_id_target_key_cycle"), type_="unique"
        )
        batch_op.create_unique_constraint(
            "uq_timer_round",
            ["workspace_id", "lead_id", "version_id", "target_key", "cycle", "is_shadow"],
        )


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_constraint("uq_timer_round", type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_timer_workspace_id_lead_id_version_id_target_key_cycle"),
            ["workspace_id", "lead_id", "version_id", "target_key", "cycle"],
        )
        batch_op.drop_column("is_shadow")
        batch_op.drop_column("segment")

    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_opening_hours_workspace_id_lead_region_key_version"), type_="unique"
        )
        batch_op.alter_column("team_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("lead_region_key")
        batch_op.drop_column("lead_region")

    with op.batch_alter_table("mute", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_mute_workspace_id_user_id_kind_thread"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_mute_workspace_id_user_id_kind"), ["workspace_id", "user_id", "kind"]
        )
        batch_op.drop_column("thread")

    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_lead_workspace_id_merged_into_id"), type_="foreignkey"
        )
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_column("is_touch_dated_back")
        batch_op.drop_column("assigned_at")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_delivery_workspace_id_endpoint_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_delivery_workspace_id_carried_by_id"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id_settled_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id_recipient_id_created_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id_recipient_id_channel_settled_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id_channel_next_attempt_at"))
        batch_op.drop_index(batch_op.f("ix_delivery_workspace_id_carried_by_id"))
        batch_op.drop_index(
            "ix_delivery_unread",
            sqlite_where=sa.text("read_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_delivery_endpoint",
            sqlite_where=sa.text("endpoint_id IS NOT NULL"),
            postgresql_where=sa.text("endpoint_id IS NOT NULL"),
        )
        batch_op.drop_column("read_at")
        batch_op.drop_column("carried_by_id")
        batch_op.drop_column("endpoint_id")
        batch_op.drop_column("channel")

    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_breach_workspace_id_cause_by_id"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_breach_workspace_id_excuse_id"), type_="foreignkey")
        batch_op.drop_column("is_excused")
        batch_op.drop_column("excuse_id")
        batch_op.drop_column("cause_by_id")
        batch_op.drop_column("cause")
        batch_op.drop_column("is_shadow")

    with op.batch_alter_table("agreement_version", schema=None) as batch_op:
        batch_op.drop_column("shadow_at")
        batch_op.drop_column("covers_open")
        batch_op.drop_column("takes_effect_on")
        batch_op.drop_column("note")
        batch_op.drop_column("quotas")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("segment")
        batch_op.drop_column("rank")

    op.drop_table("escalation")
    op.drop_table("mail_act")
    with op.batch_alter_table("excuse", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_excuse_workspace_id_agreement_id_state"))

    op.drop_table("excuse")
    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snooze_workspace_id_thread_user_id"))

    op.drop_table("snooze")
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preference_workspace_id_user_id"))

    op.drop_table("preference")
    with op.batch_alter_table("endpoint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_endpoint_workspace_id_user_id"))
        batch_op.drop_index(batch_op.f("ix_endpoint_workspace_id_team_id"))

    op.drop_table("endpoint")
    op.drop_table("digested")
    op.drop_table("device")
    op.drop_table("chat_account")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_workspace_id_user_id_last_on"))

    op.drop_table("absence")
    op.drop_table("pulse")
    op.drop_table("gap")
